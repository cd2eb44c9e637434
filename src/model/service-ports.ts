import { type Component, type Trait, traitOf } from "./application.ts";
import { asFlag, asInteger, asList, type Json, own } from "./json.ts";
import { remembered } from "./remembered.ts";

/** Ports that the Service of a component opens; empty where it has no Service. */
export const servicePorts = remembered((component: Component): readonly number[] => {
  const expose = traitOf(component, "expose");
  const canaryTraffic = traitOf(component, "canary-traffic");
  const declared = asList(own(component.properties, "ports")).filter((port) => asFlag(own(port, "expose")) === true);
  return [
    ...(expose ? exposedPorts(expose) : []),
    ...asList(own(canaryTraffic?.properties, "port")),
    ...(component.type === "webservice" ? declared.map((port) => own(port, "port")) : []),
  ].flatMap((port) => asInteger(port) ?? []);
});

/** `ports` wins over the older `port` (kubevela/kubevela: internal/trait/expose.cue). */
function exposedPorts(expose: Trait): (Json | undefined)[] {
  const ports = own(expose.properties, "ports");
  return ports === undefined
    ? [...asList(own(expose.properties, "port"))]
    : asList(ports).map((port) => own(port, "port"));
}
