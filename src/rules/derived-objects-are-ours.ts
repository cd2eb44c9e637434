import { type Application, type Component, traitOf } from "../model/application.ts";
import type { Change } from "../model/change.ts";
import { belongsTo, type DerivedName, derivedKinds, derivedNames, otherOwner } from "../model/derived.ts";
import { names } from "../model/names.ts";
import { revisionPlaces } from "../model/places.ts";
import { type Rival, rivalReads, rivals } from "../model/rivals.ts";
import { quote } from "../model/shape.ts";
import { type StandingReads, standingOf, standingReads } from "../model/standing.ts";
import { type KubeObject, labelOf, nameOf, namespaceOf, type World } from "../model/world.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "derived-objects-are-ours",
  codes: ["A06"],
  action: "Deny",
  about: "spec",
  invariant: "Objects that the Application needs do not exist yet, or belong to it.",
  because: "Somebody else's object would be overwritten, and sidecars do not merge routes for one host.",
  reads: [...standingReads, ...rivalReads, ...derivedKinds, "ControllerRevision", "Application by component"],
  *check(change, world) {
    const { app } = change;
    // What another Application made for a component of that name is the fault of the name.
    for (const component of app.components.filter((candidate) => !otherOwner(app, candidate, world))) {
      const field = `${component.path}.name`;
      const from = revisionPlaces(component);
      for (const { kind, object } of [...named(component, change, world), ...revisions(component, change, world)])
        if (!belongsTo(app, object)) yield { field, message: claim(app, kind, object), from };
      for (const rival of rivals(app, component, world)) yield { field, message: rivalry(app, rival), from };
    }
  },
});

interface Named {
  readonly kind: string;
  readonly object: KubeObject;
}

/** What exists under the names of the objects that this component is rendered to. */
function named(
  component: Component,
  change: Change,
  world: World<StandingReads | DerivedName["kind"]>,
): readonly Named[] {
  const ofRevision: DerivedName[] = traitOf(component, "rollout")
    ? [{ kind: "Deployment", name: standingOf(component, change, world).desired }]
    : [];
  return [...derivedNames(change.app, component), ...ofRevision].flatMap(({ kind, name }) => {
    const object = world.get(kind, change.app.namespace, name);
    return object ? [{ kind, object }] : [];
  });
}

/** The revisions of a canary component, and what exists under the name of the next; external names have their own rule. */
function revisions(
  component: Component,
  change: Change,
  world: World<StandingReads | "ControllerRevision">,
): readonly Named[] {
  if (!traitOf(component, "rollout") || component.externalRevision !== undefined) return [];
  const { namespace } = change.app;
  const next = world.get("ControllerRevision", namespace, standingOf(component, change, world).predicted);
  const known = world.find("ControllerRevision by component", `${namespace}/${component.name}`);
  return [...new Set([...known, ...(next ? [next] : [])])].map((object) => ({ kind: "ControllerRevision", object }));
}

function claim(app: Application, kind: string, object: KubeObject): string {
  const owner = labelOf(object, names.app);
  return owner === undefined
    ? `${kind} ${quote(nameOf(object))} exists already, must be deleted or labelled ${names.app}=${app.name}`
    : `${kind} ${quote(nameOf(object))} belongs to Application ${quote(owner)}, a different name is required`;
}

/** Names in other namespaces are not told to somebody who may not look there. */
function rivalry(app: Application, { kind, object }: Rival): string {
  const isNear = namespaceOf(object) === app.namespace;
  const title = isNear ? `${kind} ${quote(nameOf(object))}` : `a ${kind} of another namespace`;
  return `${title} is about the host of this component too, sidecars do not merge them, must be deleted`;
}
