import { type Component, traitOf } from "../model/application.ts";
import { containers } from "../model/containers.ts";
import { isLabelKey, isLabelValue } from "../model/dns.ts";
import { asObject, asText, join, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { quote } from "../model/shape.ts";
import { type Finding, rule } from "./rule.ts";

export default rule({
  id: "pod-metadata-is-not-reserved",
  codes: ["A17"],
  action: "Deny",
  about: "spec",
  invariant: "Labels and annotations of pods are well-formed and leave the reserved prefixes alone.",
  because: "Selectors and subsets rely on the reserved labels.",
  reads: [],
  *check({ app }) {
    for (const { component, path, properties, isSidecar } of containers(app)) {
      if (isSidecar) continue;
      for (const kind of ["labels", "annotations"])
        yield* judge(component, kind, `${path}.${kind}`, own(properties, kind));
      for (const trait of component.traits)
        if (trait.type === "labels" || trait.type === "annotations")
          yield* judge(component, trait.type, `${trait.path}.properties`, trait.properties);
    }
  },
});

const prefixes = ["app.oam.dev/", "workload.oam.dev/", "trait.oam.dev/", names.prefix];
/** Istio names a workload's telemetry after it; it must stay that of the revision. */
const canonicalName = "service.istio.io/canonical-name";

function* judge(component: Component, kind: string, path: string, map: unknown): Generator<Finding> {
  for (const [key, value] of Object.entries(asObject(map))) {
    const field = join(path, key);
    const prefix = prefixes.find((reserved) => key.startsWith(reserved));
    if (prefix) yield { field, message: `the prefix ${prefix} is reserved, another key is required` };
    else if (key === canonicalName && kind === "labels" && traitOf(component, "rollout"))
      yield { field, message: "is reserved for the revisions of a canary component, another key is required" };
    else if (!isLabelKey(key))
      yield {
        field,
        message: `${quote(key)} is no key of a label or annotation, one like example.com/name is required`,
      };
    if (kind === "labels" && !isLabelValue(asText(value) ?? ""))
      yield { field, message: "the value is no label value, at most 63 letters, digits, -, _ and . are required" };
  }
}
