import { asList, asObject, asText, at, type Json, type JsonObject, own } from "../model/json.ts";
import { type Kind, type KubeObject, kindOf } from "../model/world.ts";

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** An object without its history, which nobody reads and which is most of its size. */
export function withoutNoise(object: KubeObject): KubeObject {
  const { managedFields: _fields, annotations, ...metadata } = asObject(own(object, "metadata"));
  const { [lastApplied]: _applied, ...kept } = asObject(annotations);
  const annotated: JsonObject = annotations === undefined ? metadata : { ...metadata, annotations: kept };
  return { ...object, metadata: annotated };
}

/**
 * What rules read of an object that is not itself under review; the cases of all rules are judged in such a world too. An
 * Application of 8 kB takes 1.3 kB of heap. Who reconciles an object reads the whole of it.
 */
export function forRules(object: KubeObject): KubeObject {
  const kind = kindOf(object);
  const { apiVersion, metadata } = object;
  const more = kind && kept[kind];
  return { apiVersion, kind: object["kind"], metadata: identity(metadata, kind), ...more?.(object) };
}

const kept: Readonly<Partial<Record<Kind, (object: KubeObject) => JsonObject>>> = {
  Application: ({ spec }) => ({ spec: { components: asList(own(spec, "components")).map(componentOf) } }),
  ControllerRevision: ({ revision }) => ({ revision }),
  ComponentRollout: ({ status }) => ({ status }),
  VirtualService: ({ spec }) => ({ spec: only(spec, "hosts", "gateways") }),
  DestinationRule: ({ spec }) => ({ spec: only(spec, "host") }),
  ValidatingWebhookConfiguration: ({ webhooks }) => ({ webhooks: asList(webhooks).map((it) => only(it, "name")) }),
};

/** Labels say whose an object is, annotations of a ControllerRevision since when it is stable. */
function identity(metadata: Json | undefined, kind: Kind | undefined): JsonObject {
  if (kind === "CustomResourceDefinition") return only(metadata, "name");
  // Of two claims the older one counts.
  if (kind === "Application") return only(metadata, "name", "namespace", "creationTimestamp");
  return only(metadata, "name", "namespace", "labels", ...(kind === "ControllerRevision" ? ["annotations"] : []));
}

/** Other Applications matter by the names of their components, and by what they claim of gateways; of what type is no matter. */
function componentOf(component: Json): JsonObject {
  const gateways = asList(own(component, "traits")).filter((trait) => asText(own(trait, "type")) === gateway);
  const name = own(component, "name");
  if (gateways.length === 0) return { name, type: "" };
  const claims = (trait: Json) => only(at(trait, "properties"), "gateway", "hosts", "match");
  return { name, type: "", traits: gateways.map((trait) => ({ type: gateway, properties: claims(trait) })) };
}

const gateway = "istio-gateway";

function only(value: Json | undefined, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.flatMap((key) => (own(value, key) === undefined ? [] : [[key, own(value, key)]])));
}
