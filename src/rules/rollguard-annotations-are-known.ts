import { join } from "../model/json.ts";
import { annotationValues, names } from "../model/names.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "rollguard-annotations-are-known",
  codes: [],
  action: "Deny",
  about: "metadata",
  invariant: "Annotations with our prefix are ones that we have, with values that we know.",
  because: "A typing error there would switch a safeguard off.",
  reads: [],
  *check({ app }) {
    for (const [key, value] of Object.entries(app.annotations)) {
      if (!key.startsWith(names.prefix)) continue;
      const values = Object.hasOwn(annotationValues, key) ? annotationValues[key] : undefined;
      const field = join("metadata.annotations", key);
      if (!values) yield { field, message: `is unknown, known are ${Object.keys(annotationValues).join(" and ")}` };
      else if (!values.includes(value))
        yield { field, message: `${quote(value)} is unknown, must be ${values.map(quote).join(" or ")}` };
    }
  },
});
