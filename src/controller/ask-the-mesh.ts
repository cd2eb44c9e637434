import { type Claim, routeClaim, subsetClaim } from "../mesh/claim.ts";
import type { Resource } from "../mesh/discovery.ts";
import { equal } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, kindOf, labelOf } from "../model/world.ts";
import { weightsOf } from "../rollout/component.ts";
import { newborn, type Observed, objectsOf } from "../rollout/observed.ts";
import type { Weights } from "../rollout/weights.ts";
import type { AgeBook } from "./ages.ts";
import type { Confirmations } from "./confirmations.ts";
import { signatureOf } from "./told.ts";

/** Asks about the routes and subsets of an Application that are younger than the settle time, and say one thing. */
export function askTheMesh(application: string, observed: Observed, book: AgeBook, confirmations: Confirmations): void {
  const { objects, ages, settleSeconds } = observed;
  for (const component of new Set(objects.flatMap((object) => labelOf(object, names.component) ?? []))) {
    const own = objectsOf(component, objects);
    const { route, subsets } = ages[component] ?? newborn;
    const isOpen = (resource: Resource, age: number): boolean =>
      age < settleSeconds && book.isUnmistakable(application, component, resource, settleSeconds);
    const ask = (resource: Resource, claim: Claim | undefined): void => {
      const signature = signatureOf(resource, own);
      if (claim) confirmations.ask(application, component, signature, claim);
      else confirmations.supersede(application, component, resource, signature);
    };
    const weights = isOpen("routes", route) ? oneSplit(own) : undefined;
    const isYoung = isOpen("clusters", Math.min(...Object.values(subsets)));
    ask("routes", weights && routeClaim(component, own, weights));
    ask("clusters", isYoung ? subsetClaim(component, own) : undefined);
  }
}

/** What all VirtualServices say; undefined where they differ, or there is none. */
function oneSplit(own: readonly KubeObject[]): Weights | undefined {
  const [first, ...others] = own.filter((object) => kindOf(object) === "VirtualService").map(weightsOf);
  return first && others.every((other) => equal(other, first)) ? first : undefined;
}
