import type { Application, Component } from "../model/application.ts";
import { asText, join, own } from "../model/json.ts";
import { needsMesh } from "../model/mesh.ts";
import { names } from "../model/names.ts";
import { quote } from "../model/shape.ts";
import { deploymentTypes } from "../model/vocabulary.ts";
import { rule } from "./rule.ts";

/** What Istio reads as yes or as no answer (istio/istio: pkg/kube/inject, injectRequired); all else refuses. */
const accepting: readonly string[] = ["", "y", "yes", "true", "on"];

export default rule({
  id: "sidecar-is-not-refused",
  codes: ["C21"],
  action: "Deny",
  about: "metadata",
  invariant: "An Application with traffic weights does not refuse its sidecars.",
  because: "Weights act in the sidecars of the callers.",
  reads: [],
  *check({ app }) {
    if (!needsMesh(app)) return;
    for (const { path, noun, value } of answers(app)) {
      if (accepting.includes(value.toLowerCase())) continue;
      yield {
        field: join(path, names.sidecarInject),
        message: `is ${quote(value)} while traffic is weighted, "true" or no such ${noun} is required`,
      };
    }
  },
});

interface Answer {
  readonly path: string;
  readonly noun: "label" | "annotation";
  readonly value: string;
}

/**
 * Every place where injection can be switched off. Pods of Jobs may do so, since a sidecar can keep them from ending.
 * Istio looks at the annotation of a pod only where the label is missing.
 */
function answers(app: Application): readonly Answer[] {
  const shared = answer("metadata.labels", "label", app.labels);
  const each = app.components
    .filter(({ type }) => deploymentTypes.includes(type))
    .flatMap((component) => {
      const labels = answersOf(component, "label");
      return [...labels, ...(shared.length + labels.length > 0 ? [] : answersOf(component, "annotation"))];
    });
  return [...shared, ...each];
}

const answersOf = (component: Component, noun: Answer["noun"]): readonly Answer[] => [
  ...answer(`${component.path}.properties.${noun}s`, noun, own(component.properties, `${noun}s`)),
  ...component.traits
    .filter(({ type }) => type === `${noun}s`)
    .flatMap((trait) => answer(`${trait.path}.properties`, noun, trait.properties)),
];

function answer(path: string, noun: Answer["noun"], map: unknown): readonly Answer[] {
  const value = asText(own(map, names.sidecarInject));
  return value === undefined ? [] : [{ path, noun, value }];
}
