import { canaryComponents } from "../model/application.ts";
import { canaryBefore } from "../model/change.ts";
import { servicePlaces } from "../model/places.ts";
import { servicePorts } from "../model/service-ports.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "service-ports-stay-while-rolling",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "A port of a canary component's Service stays open while its rollout is in progress.",
  because: "Requests that are split between two revisions would be lost.",
  reads: standingReads,
  *check(change, world) {
    for (const component of canaryComponents(change.app)) {
      const before = canaryBefore(change, component.name);
      if (!before) continue;
      const open = servicePorts(component);
      const closed = [...new Set(servicePorts(before))].filter((port) => !open.includes(port));
      const { replacing, stable, current } = standingOf(component, change, world);
      if (closed.length === 0 || !replacing) continue;
      yield {
        field: `${component.path}.traits`,
        message: `${closed.length === 1 ? "port" : "ports"} ${closed.join(", ")} of the Service must stay open while ${stable} is replaced by ${current}, finish the rollout or roll it back first`,
        from: servicePlaces(component),
      };
    }
  },
});
