import { asInteger, asList, asObject, at, type JsonObject } from "../../src/model/json.ts";
import type { KubeObject } from "../../src/model/world.ts";
import type { WatchedRig } from "./watched-rig.ts";

/** What somebody does by hand to a derived object. */
interface Meddling {
  readonly kinds: readonly string[];
  /** The object afterwards; undefined where it is deleted. */
  changed(object: KubeObject, number: number): KubeObject | undefined;
}

const withSpec = (object: KubeObject, change: JsonObject): KubeObject => ({
  ...object,
  spec: { ...asObject(object["spec"]), ...change },
});

/** Another weight for the first destination, whatever the total. */
function reweighed(object: KubeObject, weight: number): KubeObject {
  const [rule, ...rules] = asList(at(object, "spec", "http"));
  const [first, ...others] = asList(at(rule, "route"));
  if (!first) return object;
  const route = [{ ...asObject(first), weight }, ...others];
  return withSpec(object, { http: [{ ...asObject(rule), route }, ...rules] });
}

function withoutSubset(object: KubeObject, number: number): KubeObject {
  const subsets = asList(at(object, "spec", "subsets"));
  return withSpec(object, { subsets: subsets.filter((_, index) => index !== number % subsets.length) });
}

const rescaled = (object: KubeObject, number: number): KubeObject =>
  withSpec(object, { replicas: number % ((asInteger(at(object, "spec", "replicas")) ?? 1) + 2) });

const kinds = [
  "ControllerRevision",
  "Deployment",
  "VirtualService",
  "DestinationRule",
  "Service",
  "Gateway",
  "ComponentRollout",
];

export const meddlings = {
  delete: { kinds, changed: () => undefined },
  reweigh: { kinds: ["VirtualService"], changed: reweighed },
  unsubset: { kinds: ["DestinationRule"], changed: withoutSubset },
  rescale: { kinds: ["Deployment"], changed: rescaled },
} as const satisfies Readonly<Record<string, Meddling>>;

/** Somebody changes one of the derived objects by hand. */
export function meddle(rig: WatchedRig, what: keyof typeof meddlings, pick: number, number: number): void {
  const meddling: Meddling = meddlings[what];
  const found = [...rig.cluster.objects.values()].filter((object) => meddling.kinds.includes(String(object["kind"])));
  const object = found[pick % Math.max(1, found.length)];
  if (!object) return;
  const changed = meddling.changed(object, number);
  if (changed) rig.edit(changed, `${what} ${number}`);
  else rig.remove(object);
}
