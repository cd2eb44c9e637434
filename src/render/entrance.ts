import { type Component, traitOf } from "../model/application.ts";
import { asList, type JsonObject, own } from "../model/json.ts";
import { gatewayHosts, gatewayOf, gatewayPort } from "../model/routes.ts";
import { objects } from "./properties.ts";

/** Where requests from outside enter to a component. */
export interface Entrance {
  readonly gateway: string;
  readonly hosts: readonly string[];
  readonly port: number;
  /** Undefined: every path. */
  readonly match: readonly JsonObject[] | undefined;
}

/** The entrance that an istio-gateway trait describes; undefined where it has no hosts, port or usable match. */
export function entranceOf(component: Component): Entrance | undefined {
  const trait = traitOf(component, "istio-gateway");
  const port = trait && gatewayPort(trait);
  const hosts = gatewayHosts(component).map(({ host }) => host);
  if (!trait || port === undefined || hosts.length === 0) return undefined;
  const listed = own(trait.properties, "match");
  const match = listed === undefined ? undefined : objects(asList(listed)).flatMap(uriMatch);
  return match?.length === 0 ? undefined : { gateway: gatewayOf(trait), hosts, port, match };
}

function uriMatch(entry: JsonObject): readonly JsonObject[] {
  const kind = ["exact", "prefix"].find((key) => typeof own(entry, key) === "string");
  return kind === undefined ? [] : [{ uri: { [kind]: own(entry, kind) } }];
}
