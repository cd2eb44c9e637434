import { orderPlaces } from "../model/places.ts";
import { canarySteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "partitions-never-shrink",
  codes: ["C11"],
  action: "Deny",
  about: "spec",
  invariant: "The batch partitions of a component's steps do not go down in running order.",
  because: "Batches do not run backwards.",
  reads: [],
  *check({ app }) {
    const latest = new Map<string, { batchPartition: number; name: string }>();
    for (const { path, step, component, batchPartition } of canarySteps(app)) {
      if (!component || batchPartition === undefined) continue;
      const before = latest.get(component.name);
      if (before && batchPartition < before.batchPartition) {
        yield {
          field: `${path}.batchPartition`,
          message: `is ${batchPartition} after ${before.batchPartition} in step "${before.name}", must be at least ${before.batchPartition}`,
          from: orderPlaces(app),
        };
      } else latest.set(component.name, { batchPartition, name: step.name });
    }
  },
});
