import { createHash } from "node:crypto";
import type { Application, Component } from "./application.ts";
import { contentOf } from "./content.ts";
import { asInteger, asText, at, canonical, type JsonObject } from "./json.ts";
import { names } from "./names.ts";
import { remembered } from "./remembered.ts";
import { firstOf } from "./repeats.ts";
import type { KubeObject } from "./world.ts";

/** `<component>-v<N>`: the name of a revision, of its ControllerRevision, Deployment and subset. */
export const revisionName = (component: string, number: number): string => `${component}-v${number}`;

/** N of `<component>-v<N>`, or undefined where the name is not a revision of this component. */
export function revisionNumber(component: string, revision: string): number | undefined {
  const suffix = revision.startsWith(`${component}-v`) ? revision.slice(component.length + 2) : "";
  return /^[1-9]\d{0,8}$/.test(suffix) ? Number(suffix) : undefined;
}

/** `<component>` of `<component>-v<N>`, or undefined where the name is no revision of any component. */
export const componentNameOf = (revision: string): string | undefined => /^(.*)-v[1-9]\d{0,8}$/s.exec(revision)?.[1];

const byExternalRevision = remembered((app: Application) =>
  firstOf(app.components, ({ externalRevision }) => externalRevision),
);
const byName = remembered((app: Application) => firstOf(app.components, ({ name }) => name));

/** The component that a revision name belongs to: the one with that external revision, or the one named in it. */
export function componentOfRevision(app: Application, revision: string): Component | undefined {
  const name = componentNameOf(revision);
  return byExternalRevision(app).get(revision) ?? (name === undefined ? undefined : byName(app).get(name));
}

const hashes = new WeakMap<JsonObject, string>();

/** Hash of the content with the version of the algorithm in front; fits a label value. Remembered per object as applied. */
export function contentHash(component: Component): string {
  const known = hashes.get(component.raw);
  if (known !== undefined) return known;
  const hash = `v1-${createHash("sha256")
    .update(canonical(contentOf(component)))
    .digest("hex")
    .slice(0, 40)}`;
  hashes.set(component.raw, hash);
  return hash;
}

/** A revision that exists as a ControllerRevision. */
export interface KnownRevision {
  readonly name: string;
  readonly number: number;
  readonly hash: string | undefined;
  readonly stableSince: string | undefined;
}

export function readRevision(object: KubeObject): KnownRevision {
  return {
    name: asText(at(object, "metadata", "name")) ?? "",
    number: asInteger(at(object, "revision")) ?? 0,
    hash: asText(at(object, "metadata", "labels", names.contentHash)),
    stableSince: asText(at(object, "metadata", "annotations", names.stableSince)),
  };
}

/**
 * The revision that a component's spec gets: the external one it names, the known one of equal content, or a new one
 * with the number after the highest ever. One function for admission, controller and simulator.
 */
export function predictRevision(component: Component, known: readonly KnownRevision[]): string {
  if (component.externalRevision !== undefined) return component.externalRevision;
  const hash = contentHash(component);
  const same = known.find((revision) => revision.hash === hash);
  return same?.name ?? revisionName(component.name, Math.max(0, ...known.map((revision) => revision.number)) + 1);
}

/** Revisions of one component, v2 before v10. */
export const inOrder = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1);
