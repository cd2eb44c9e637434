import { expect } from "chai";
import { readApplication } from "../../src/model/application.ts";
import { asObject, at, type JsonObject } from "../../src/model/json.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { lastAdmitted } from "../../src/rollout/admitted.ts";
import { applicationRevision, appRevisionOf } from "../../src/rollout/app-revision.ts";
import { example } from "../support/cases.ts";

const publish = "app.oam.dev/publishVersion";
const restart = "app.oam.dev/restart-workflow";

const admitted = (annotations: JsonObject): KubeObject => {
  const app = example("bookinfo");
  const metadata = { ...asObject(app["metadata"]), namespace: "default", annotations };
  return { ...app, metadata, status: { latestRevision: { name: "book-info-v1" } } };
};
const revisionOf = (app: KubeObject): KubeObject => {
  const read = readApplication(app);
  return applicationRevision(read, appRevisionOf(read, []));
};
/** Another spec is stored, with other annotations. */
const refused = (app: KubeObject, annotations: JsonObject): KubeObject => ({
  ...app,
  metadata: { ...asObject(app["metadata"]), annotations },
  spec: { components: [] },
});

describe("the spec that was admitted last", () => {
  const rows: readonly [what: string, before: JsonObject, now: JsonObject][] = [
    ["a spec alone", {}, {}],
    ["another published version", { [publish]: "one" }, { [publish]: "two" }],
    ["a published version where there was none", {}, { [publish]: "one" }],
    ["one that was restarted before", { [restart]: "2026-01-01T00:00:00Z" }, { [restart]: "2026-01-01T00:00:00Z" }],
    ["one that is restarted with the spec that is refused", {}, { [restart]: "2026-01-01T00:00:00Z" }],
  ];
  for (const [what, before, now] of rows)
    it(`is the recorded one: ${what}`, () => {
      const app = admitted(before);
      const kept = lastAdmitted(refused(app, now), [revisionOf(app)]);
      expect(at(kept, "spec")).to.deep.equal(app["spec"]);
      expect(at(kept, "metadata", "annotations")).to.deep.equal(before);
    });

  it("is none where nothing was recorded, or its run cannot be told", () => {
    const app = admitted({});
    expect(lastAdmitted(app, [])).to.equal(undefined);
    const restarted = admitted({ [restart]: "2026-01-01T00:00:00Z" });
    expect(lastAdmitted(refused(restarted, {}), [revisionOf(restarted)])).to.equal(undefined);
  });
});
