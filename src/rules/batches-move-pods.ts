import { canaryComponents, rolloutOf } from "../model/application.ts";
import { planPlaces } from "../model/places.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "batches-move-pods",
  codes: ["R04"],
  action: "Warn",
  about: "spec",
  invariant: "No batch is empty.",
  because: "An empty batch moves nothing, and its pause is for nothing.",
  reads: [],
  *check({ app }) {
    for (const component of canaryComponents(app)) {
      const { path, batches = [] } = rolloutOf(component) ?? {};
      const empty = batches.slice(0, -1).filter((replicas) => replicas === 0).length;
      if (empty === 0) continue;
      yield {
        field: `${path}.rolloutBatches[${batches.indexOf(0)}].replicas`,
        message: `${component.name}: 0 replicas in ${empty} of ${batches.length} batches, leave out what moves no pods`,
        from: planPlaces(component),
      };
    }
  },
});
