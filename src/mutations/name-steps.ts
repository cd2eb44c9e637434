import { asList, at, isObject, type Json, own } from "../model/json.ts";
import { type Addition, mutation } from "./mutation.ts";

export default mutation({
  id: "name-steps",
  because: "Steps are resumed, reported and depended on by name, and KubeVela names them the same way.",
  reads: [],
  *additions(app) {
    yield* unnamed(at(app.raw, "spec", "workflow", "steps"), ["spec", "workflow", "steps"], "step");
  },
});

function* unnamed(steps: Json | undefined, path: readonly (string | number)[], prefix: string): Generator<Addition> {
  for (const [i, step] of asList(steps).entries()) {
    if (!isObject(step)) continue;
    const name = own(step, "name");
    if (name === undefined || name === "")
      yield { path: [...path, i, "name"], value: `${prefix}-${i}`, overEmpty: true };
    yield* unnamed(own(step, "subSteps"), [...path, i, "subSteps"], `${prefix}-${i}`);
  }
}
