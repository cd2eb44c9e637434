import { expect } from "chai";
import type { JsonObject } from "../../src/model/json.ts";
import { names } from "../../src/model/names.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { endedRun, lastSucceeded } from "../../src/rollout/ended-run.ts";

const workflow = (appRevision: string, more: JsonObject = {}): JsonObject => ({
  appRevision,
  mode: "DAG-DAG",
  status: "succeeded",
  suspend: false,
  terminated: false,
  finished: true,
  startTime: "2026-01-01T00:00:00Z",
  endTime: "2026-01-01T00:01:00Z",
  steps: [{ id: "a", name: "web", type: "apply-component", phase: "succeeded" }],
  ...more,
});
const revision = (number: number, publishVersion?: string, status?: JsonObject): KubeObject => ({
  kind: "ApplicationRevision",
  metadata: {
    name: `shop-v${number}`,
    ...(publishVersion === undefined ? {} : { annotations: { [names.publishVersion]: publishVersion } }),
  },
  ...(status === undefined ? {} : { status }),
});
const app = (latest: number, run: JsonObject | undefined): KubeObject => ({
  kind: "Application",
  metadata: { name: "shop" },
  status: { latestRevision: { name: `shop-v${latest}` }, ...(run === undefined ? {} : { workflow: run }) },
});
const told = (object: KubeObject, ...revisions: readonly KubeObject[]) => {
  const ended = endedRun(object, revisions);
  return ended && [(ended.revision["metadata"] as JsonObject)["name"], ended.status["succeeded"]];
};

describe("a run that has ended", () => {
  it("is told of by its ApplicationRevision, published or not, whether it succeeded or failed", () => {
    expect(told(app(2, workflow("shop-v2")), revision(1), revision(2))).to.deep.equal(["shop-v2", true]);
    expect(told(app(2, workflow("two")), revision(1, "one"), revision(2, "two"))).to.deep.equal(["shop-v2", true]);
    const failed = workflow("shop-v1", { status: "failed", terminated: true });
    expect(told(app(1, failed), revision(1))).to.deep.equal(["shop-v1", false]);
  });

  it("is told of once, and anew when it was restarted", () => {
    const run = workflow("shop-v1");
    const ended = endedRun(app(1, run), [revision(1)]);
    expect(ended?.status).to.deep.equal({ succeeded: true, workflow: run });
    expect(told(app(1, run), revision(1, undefined, ended?.status))).to.equal(undefined);
    const again = workflow("shop-v1", { startTime: "2026-01-02T00:00:00Z" });
    expect(told(app(1, again), revision(1, undefined, ended?.status))).to.deep.equal(["shop-v1", true]);
  });

  it("is none where it goes on, was restarted or is another revision's, or its revision is not known", () => {
    const executing = workflow("shop-v1", { status: "executing", finished: false });
    expect(told(app(1, executing), revision(1))).to.equal(undefined);
    expect(told(app(1, undefined), revision(1))).to.equal(undefined);
    expect(told(app(2, workflow("shop-v1")), revision(1), revision(2))).to.equal(undefined);
    expect(told(app(3, workflow("shop-v3")), revision(1))).to.equal(undefined);
  });
});

describe("the version to go back to", () => {
  const good = { succeeded: true };
  const cases: readonly [string, readonly KubeObject[], string | undefined][] = [
    ["is the newest that succeeded", [revision(9, "a", good), revision(10, "b", good), revision(11, "c")], "shop-v10"],
    ["is none that failed", [revision(1, "a", { succeeded: false })], undefined],
    ["is none that was not published", [revision(1, undefined, good), revision(2, "", good)], undefined],
  ];
  for (const [promise, revisions, expected] of cases)
    it(promise, () => {
      expect(lastSucceeded(revisions)).to.equal(expected);
    });
});
