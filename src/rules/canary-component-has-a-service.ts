import { gatewayPlaces, servicePlaces } from "../model/places.ts";
import { serviceSources } from "../model/ports.ts";
import { canarySteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "canary-component-has-a-service",
  codes: ["C15"],
  action: "Deny",
  about: "spec",
  invariant: "A component whose traffic is weighted has a Service.",
  because: "Weights are those of a Service's route.",
  reads: [],
  *check({ app }) {
    const seen = new Set<string>();
    for (const { path, component } of canarySteps(app)) {
      if (!component || serviceSources(component).length > 0 || seen.has(component.name)) continue;
      seen.add(component.name);
      yield {
        field: `${path}.traffic`,
        message: `component "${component.name}" has no Service to weight, an expose trait on it is required`,
        // A gateway in front of it asks for the same Service.
        from: [servicePlaces(component), gatewayPlaces(component)],
      };
    }
  },
});
