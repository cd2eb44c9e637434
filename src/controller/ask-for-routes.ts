import { claimOf } from "../mesh/claim.ts";
import { equal } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, kindOf, labelOf } from "../model/world.ts";
import { weightsOf } from "../rollout/component.ts";
import { type Observed, objectsOf } from "../rollout/observed.ts";
import type { Weights } from "../rollout/weights.ts";
import { type AgeBook, routeSignature } from "./ages.ts";
import type { Confirmations } from "./confirmations.ts";

interface Asking {
  readonly book: AgeBook;
  readonly confirmations: Confirmations;
}

/** Asks about each route of an Application that is younger than the settle time, and says one thing. */
export function askForRoutes(application: string, observed: Observed, { book, confirmations }: Asking): void {
  const { objects, ages, settleSeconds } = observed;
  for (const component of new Set(objects.flatMap((object) => labelOf(object, names.component) ?? []))) {
    const isYoung = (ages[component]?.route ?? 0) < settleSeconds;
    if (!isYoung || !book.isUnmistakable(application, component, settleSeconds)) continue;
    const own = objectsOf(component, objects);
    const weights = oneSplit(own);
    const claim = weights && claimOf(component, own, weights);
    if (claim) confirmations.ask(application, component, routeSignature(own), claim);
  }
}

/** What all VirtualServices say; undefined where they differ, or there is none. */
function oneSplit(own: readonly KubeObject[]): Weights | undefined {
  const [first, ...others] = own.filter((object) => kindOf(object) === "VirtualService").map(weightsOf);
  return first && others.every((other) => equal(other, first)) ? first : undefined;
}
