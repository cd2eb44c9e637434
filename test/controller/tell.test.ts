import { expect } from "chai";
import { tellingOf } from "../../src/controller/tell.ts";
import type { Action } from "../../src/rollout/observed.ts";

const app = (generation: number, startTime?: string) => ({
  metadata: { name: "shop", generation },
  ...(startTime === undefined ? {} : { status: { workflow: { startTime } } }),
});
const running = (startTime: string): Action => ({
  do: "write-status",
  status: { status: "running", workflow: { startTime } },
  event: "running",
});
const scale: Action = { do: "apply", object: { kind: "Deployment" }, event: "scale reviews-v2 to 1" };

describe("what is told of a write", () => {
  it("belongs to the spec and the run of its workflow", () => {
    const episodes = [
      tellingOf(app(1), running("one")),
      tellingOf(app(1, "one"), running("one")),
      tellingOf(app(1, "one"), scale),
      tellingOf(app(1, "one"), running("two")),
      tellingOf(app(2, "one"), running("one")),
    ].map(({ episode }) => episode);
    expect(episodes).to.deep.equal(["1 one", "1 one", "1 one", "1 two", "2 one"]);
  });
});
