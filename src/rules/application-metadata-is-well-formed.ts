import { isDnsLabel, isLabelKey, isLabelValue } from "../model/dns.ts";
import { asText, at, join } from "../model/json.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

/** All annotations together (kubernetes/apimachinery: pkg/api/validation, TotalAnnotationSizeLimitB). */
const most = 256 * 1024;

export default rule({
  id: "application-metadata-is-well-formed",
  codes: [],
  action: "Deny",
  about: "metadata",
  invariant: "Namespace, labels and annotations of an Application are ones that the API server stores.",
  because: "It refuses any other before a webhook is asked, so an offline check must too.",
  reads: [],
  *check({ app }) {
    const namespace = asText(at(app.raw, "metadata", "namespace"));
    if (namespace !== undefined && namespace !== "" && !isDnsLabel(namespace))
      yield {
        field: "metadata.namespace",
        message: `${quote(namespace)} is no DNS label, at most 63 of a-z, 0-9 and - are required`,
      };
    for (const [key, value] of Object.entries(app.labels)) {
      const field = join("metadata.labels", key);
      if (!isLabelKey(key)) yield { field, message: keyFault(key) };
      if (!isLabelValue(value))
        yield { field, message: "the value is no label value, at most 63 letters, digits, -, _ and . are required" };
    }
    const annotations = Object.entries(app.annotations);
    for (const [key] of annotations)
      if (!isLabelKey(key.toLowerCase())) yield { field: join("metadata.annotations", key), message: keyFault(key) };
    const size = annotations.reduce((total, [key, value]) => total + bytes(key) + bytes(value), 0);
    if (size > most)
      yield { field: "metadata.annotations", message: `have ${size} bytes, at most ${most} are possible` };
  },
});

const bytes = (text: string): number => new TextEncoder().encode(text).length;

const keyFault = (key: string): string =>
  `${quote(key)} is no key of a label or annotation, one like example.com/name is required`;
