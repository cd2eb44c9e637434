import { type Component, traitOf } from "../model/application.ts";
import type { Change } from "../model/change.ts";
import { traitPlaces } from "../model/places.ts";
import { standingOf, standingReads } from "../model/standing.ts";
import { deploymentTypes } from "../model/vocabulary.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "rollout-trait-is-handed-over",
  codes: ["T13"],
  action: "Warn",
  foretells: true,
  about: "spec",
  invariant: "Adding a rollout trait to a running component, or removing it, is announced.",
  because: "Its pods move to a Deployment of another name.",
  reads: standingReads,
  *check(change, world) {
    for (const component of change.app.components) {
      const hadRollout = hadRolloutTrait(component, change);
      const hasRollout = traitOf(component, "rollout") !== undefined;
      if (hadRollout === undefined || hadRollout === hasRollout) continue;
      const { name, path } = component;
      const standing = standingOf(component, change, world);
      if (!hasRollout && standing.replacing) continue;
      const [old, next] = hasRollout ? [name, standing.desired] : [standing.stable ?? standing.current, name];
      const message = `${name}: its pods move from Deployment ${old} to Deployment ${next}`;
      yield { field: `${path}.traits`, message, from: traitPlaces(component) };
    }
  },
});

/** Whether the component had a rollout trait before; undefined where it had no Deployment. */
function hadRolloutTrait({ name, type }: Component, { before }: Change): boolean | undefined {
  const old = before?.components.find((component) => component.name === name);
  if (!old || ![old.type, type].every((each) => deploymentTypes.includes(each))) return undefined;
  return traitOf(old, "rollout") !== undefined;
}
