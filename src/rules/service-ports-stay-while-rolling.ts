import { type Component, canaryComponents, traitOf } from "../model/application.ts";
import { canaryBefore } from "../model/change.ts";
import { asInteger, own } from "../model/json.ts";
import { servicePlaces } from "../model/places.ts";
import { servicePorts } from "../model/service-ports.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { canarySteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "service-ports-stay-while-rolling",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "A rollout closes no port of a canary component's Service, neither when it begins nor while it goes on.",
  because: "The old revision listens at the old port, and is called until it is replaced.",
  reads: standingReads,
  *check(change, world) {
    for (const component of canaryComponents(change.app)) {
      const before = canaryBefore(change, component.name);
      if (!before) continue;
      const open = servicePorts(component);
      // Without any Service another rule asks for one.
      if (open.length === 0 && canarySteps(change.app).some((step) => step.component === component)) continue;
      const closed = [...new Set(servicePorts(before))].filter(
        (port) => !open.includes(port) && port !== gatewayPort(component),
      );
      const { replacing, changes, stable, current, desired } = standingOf(component, change, world);
      // Back to the stable revision goes whoever needs to, and what it never served is not missed there.
      if (closed.length === 0 || stable === undefined || desired === stable || !(replacing || changes)) continue;
      const until = changes ? desired : current;
      yield {
        field: `${component.path}.traits`,
        message: `${closed.length === 1 ? "port" : "ports"} ${closed.join(", ")} of the Service must stay open until ${stable} is replaced by ${until}, close it in a change after that`,
        from: servicePlaces(component),
      };
    }
  },
});

/** A port that a gateway leads to is asked for by another rule. */
const gatewayPort = (component: Component): number | undefined =>
  asInteger(own(traitOf(component, "istio-gateway")?.properties, "port"));
