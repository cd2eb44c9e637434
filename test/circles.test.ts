import { expect } from "chai";
import { circles } from "../src/model/circles.ts";

const circlesOf = (waits: Record<string, string[]>) => circles(new Map(Object.entries(waits)));

describe("circles", () => {
  it("are not where everything can end", () => {
    expect(circlesOf({})).to.deep.equal([]);
    expect(circlesOf({ a: ["b", "c"], b: ["c", "c"], c: ["unknown"] })).to.deep.equal([]);
  });

  it("are found once each, without what only waits for them", () => {
    expect(circlesOf({ a: ["a"] })).to.deep.equal([["a"]]);
    expect(circlesOf({ x: ["a"], a: ["b"], b: ["c"], c: ["a"], d: ["e"], e: ["d", "a"] })).to.deep.equal([
      ["a", "b", "c"],
      ["d", "e"],
    ]);
    expect(circlesOf({ a: ["b"], b: ["a", "c"], c: ["d", "b"], d: ["c"] })).to.deep.equal([
      ["a", "b"],
      ["c", "d"],
    ]);
  });

  it("of many keys take no stack and little time", () => {
    const keys = Array.from({ length: 20_000 }, (_, i) => String(i));
    const [circle] = circles(new Map(keys.map((key, i) => [key, [keys[(i + 1) % keys.length] ?? ""]])));
    expect(circle).to.have.length(keys.length);
    expect(circles(new Map([...keys.map((key): [string, string[]] => [key, ["end"]]), ["end", []]]))).to.deep.equal([]);
  }).timeout(20_000);
});
