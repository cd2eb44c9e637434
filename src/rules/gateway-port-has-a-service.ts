import { traitOf } from "../model/application.ts";
import { servicePlaces } from "../model/places.ts";
import { serviceSources } from "../model/ports.ts";
import { gatewayPort } from "../model/routes.ts";
import { servicePorts } from "../model/service-ports.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "gateway-port-has-a-service",
  codes: ["T09"],
  action: "Deny",
  about: "spec",
  invariant: "The port of an istio-gateway trait is one that the component's Service opens.",
  because: "The route would lead nowhere.",
  reads: [],
  *check({ app }) {
    for (const component of app.components) {
      const trait = traitOf(component, "istio-gateway");
      const port = trait && gatewayPort(trait);
      if (port === undefined) continue;
      const field = `${trait?.path}.properties.port`;
      const open = servicePorts(component);
      if (serviceSources(component).length === 0)
        yield {
          field,
          message: `component ${quote(component.name)} has no Service, an expose trait with port ${port} is required`,
          from: servicePlaces(component),
        };
      else if (open.length > 0 && !open.includes(port))
        yield {
          field,
          message: `the Service does not open port ${port}, one of its ports (${brief(open)}) is required`,
          from: servicePlaces(component),
        };
    }
  },
});

const brief = (ports: readonly number[]): string =>
  ports.length > 8 ? `${ports.slice(0, 8).join(", ")}, ...` : ports.join(", ");
