import { expect } from "chai";
import type { KubeObject } from "../../src/model/world.ts";
import { ensure } from "../../src/rollout/write.ts";

const rule = (trait: string, host = "web"): KubeObject => ({
  kind: "DestinationRule",
  metadata: { name: "web", labels: { trait } },
  spec: { host },
});
const told = (observed: KubeObject[], desired: KubeObject): string[] =>
  ensure(observed, desired).map(({ event }) => event);

describe("a write", () => {
  it("restores only what says something else", () => {
    expect(told([], rule("a"))).to.deep.equal(["create DestinationRule web"]);
    expect(told([rule("a")], rule("a"))).to.deep.equal([]);
    expect(told([rule("a")], rule("b"))).to.deep.equal(["update DestinationRule web"]);
    expect(told([rule("a", "other")], rule("a"))).to.deep.equal(["restore DestinationRule web"]);
  });
});
