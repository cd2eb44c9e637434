import { readApplication } from "../../src/model/application.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { type AppRevision, appRevisionOf } from "../../src/rollout/app-revision.ts";

/** The Application with the spec that is in force: with an unchanged publishVersion that is not the one that was applied last. */
export const inForce = (app: KubeObject, objects: Iterable<KubeObject>): KubeObject => ({
  ...app,
  spec: revisionInForce(app, objects).spec,
});

/** What a run of its workflow is called. */
export const runInForce = (app: KubeObject, objects: Iterable<KubeObject>): string => revisionInForce(app, objects).run;

function revisionInForce(app: KubeObject, objects: Iterable<KubeObject>): AppRevision {
  const recorded = [...objects].filter((object) => object["kind"] === "ApplicationRevision");
  return appRevisionOf(readApplication(app), recorded);
}
