import type { Application, Component } from "./application.ts";
import { asText, join, own } from "./json.ts";
import { names } from "./names.ts";
import { deploymentTypes } from "./vocabulary.ts";

/** A place where the user says whether pods get a sidecar. */
export interface SidecarAnswer {
  readonly field: string;
  readonly noun: "label" | "annotation";
  readonly value: string;
}

/**
 * What Istio reads as yes or as no answer; all else refuses, or falls back to the default in newer releases
 * (istio/istio: pkg/kube/inject/inject.go, injectRequired).
 */
const accepting: readonly string[] = ["", "y", "yes", "true", "on"];

/** Every place where the sidecar of an Application is refused. */
export const sidecarRefusals = (app: Application): readonly SidecarAnswer[] =>
  answers(app).filter(({ value }) => !accepting.includes(value.toLowerCase()));

/**
 * Every answer that counts. Istio looks at the annotation of a pod only where it has no label, and so do we with those
 * of the Application, which tell what its author wants. Pods of Jobs may refuse, since a sidecar can keep them from ending.
 */
function answers(app: Application): readonly SidecarAnswer[] {
  const label = answer("metadata.labels", "label", app.labels);
  const shared = label.length > 0 ? label : answer("metadata.annotations", "annotation", app.annotations);
  const each = app.components
    .filter(({ type }) => deploymentTypes.includes(type))
    .flatMap((component) => {
      const labels = answersOf(component, "label");
      return [...labels, ...(label.length + labels.length > 0 ? [] : answersOf(component, "annotation"))];
    });
  return [...shared, ...each];
}

const answersOf = (component: Component, noun: SidecarAnswer["noun"]): readonly SidecarAnswer[] => [
  ...answer(`${component.path}.properties.${noun}s`, noun, own(component.properties, `${noun}s`)),
  ...component.traits
    .filter(({ type }) => type === `${noun}s`)
    .flatMap((trait) => answer(`${trait.path}.properties`, noun, trait.properties)),
];

function answer(path: string, noun: SidecarAnswer["noun"], map: unknown): readonly SidecarAnswer[] {
  const given = own(map, names.sidecarInject);
  // A trait takes the label away that the Application would hand on.
  const value = given === null ? "null" : asText(given);
  return value === undefined ? [] : [{ field: join(path, names.sidecarInject), noun, value }];
}
