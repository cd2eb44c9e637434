import { asText, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "application-version-is-served",
  codes: [],
  action: "Deny",
  about: "metadata",
  invariant: "An Application is of version core.oam.dev/v1beta1.",
  because: "Other versions have other fields, and no server takes them any more.",
  reads: [],
  gate: true,
  *check({ app }) {
    const version = asText(own(app.raw, "apiVersion")) ?? "";
    if (version === names.applicationVersion) return;
    yield { field: "apiVersion", message: `is ${quote(version)}, ${names.applicationVersion} is required` };
  },
});
