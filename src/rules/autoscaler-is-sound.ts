import type { Trait } from "../model/application.ts";
import { asInteger, asList, asText, own } from "../model/json.ts";
import { readQuantity } from "../model/quantity.ts";
import { quote } from "../model/shape.ts";
import { type Finding, rule } from "./rule.ts";

export default rule({
  id: "autoscaler-is-sound",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "The least size of an autoscaler is not above its largest, and its metrics have positive quantities.",
  because: "The API server would refuse the HorizontalPodAutoscaler.",
  reads: [],
  *check({ app }) {
    for (const trait of app.components.flatMap(({ traits }) => traits))
      if (trait.type === "hpa" || trait.type === "cpuscaler") yield* judge(trait);
  },
});

function* judge({ path, properties }: Trait): Generator<Finding> {
  const [least, most] = [asInteger(own(properties, "min")) ?? 1, asInteger(own(properties, "max")) ?? 10];
  const field = `${path}.properties.min`;
  if (least > most)
    yield {
      field,
      message: `is ${least} while max is ${most}, at most ${most} is required`,
      from: [field, `${path}.properties.max`],
    };
  for (const [i, metric] of asList(own(properties, "podCustomMetrics")).entries()) {
    const value = asText(own(metric, "value"));
    if (value === undefined || (readQuantity(value) ?? 0n) > 0n) continue;
    yield {
      field: `${path}.properties.podCustomMetrics[${i}].value`,
      message: `${quote(value)} is no positive quantity, one like 100 or 500m is required`,
    };
  }
}
