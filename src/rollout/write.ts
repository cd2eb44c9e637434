import { asObject, equal, isObject, type Json, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { remembered } from "../model/remembered.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";
import { type Action, find } from "./observed.ts";

/** Whether `observed` has everything that `desired` states; what others added to it is theirs. */
export function states(observed: Json | undefined, desired: Json | undefined): boolean {
  if (observed === desired) return true;
  if (Array.isArray(desired)) {
    return (
      Array.isArray(observed) &&
      observed.length === desired.length &&
      desired.every((item, i) => states(observed[i] as Json, item as Json))
    );
  }
  return (
    isObject(desired) &&
    isObject(observed) &&
    Object.keys(desired).every((key) => desired[key] === undefined || states(own(observed, key), desired[key]))
  );
}

/** Istio's lists are ours whole: an entry with a field more is another route. */
const isWhole = (observed: KubeObject, desired: KubeObject): boolean =>
  Object.entries(asObject(own(desired, "spec"))).every(([key, value]) => equal(own(own(observed, "spec"), key), value));

const wholeKinds = ["VirtualService", "DestinationRule", "Gateway"];

const found = remembered((_desired: KubeObject) => new WeakMap<KubeObject, boolean>());

/** Remembered for each two objects: most stay as they are from plan to plan. */
function isAsDesired(observed: KubeObject, desired: KubeObject): boolean {
  const before = found(desired).get(observed);
  if (before !== undefined) return before;
  const isWholeKind = wholeKinds.includes(String(desired["kind"]));
  const isSo = states(observed, desired) && (!isWholeKind || isWhole(observed, desired));
  found(desired).set(observed, isSo);
  return isSo;
}

/** The write that makes an object what it is to be, where it is not. */
export function ensure(objects: readonly KubeObject[], desired: KubeObject | undefined): readonly Action[] {
  if (desired === undefined) return [];
  const name = nameOf(desired);
  const observed = find(objects, String(desired["kind"]), name);
  if (observed && isAsDesired(observed, desired)) return [];
  return [{ do: "apply", object: desired, event: `${verbOf(observed, desired)} ${String(desired["kind"])} ${name}` }];
}

/** Only what states something else than it is to be was broken by somebody; labels follow traits, and pods their content. */
function verbOf(observed: KubeObject | undefined, desired: KubeObject): string {
  if (observed === undefined) return "create";
  const isSame = states(own(observed, "spec"), own(desired, "spec"));
  const isNewContent = labelOf(observed, names.contentHash) !== labelOf(desired, names.contentHash);
  return isSame || isNewContent ? "update" : "restore";
}
