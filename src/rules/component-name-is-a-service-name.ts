import { maxComponentName } from "../model/derived.ts";
import { isServiceName } from "../model/dns.ts";
import { asText, own } from "../model/json.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "component-name-is-a-service-name",
  codes: ["A02"],
  action: "Deny",
  about: "spec",
  invariant: "The name of a component is a DNS label that starts with a letter and leaves room for a revision suffix.",
  because: "Services, Deployments and subsets are named after it.",
  reads: [],
  *check({ app }) {
    for (const { raw, path } of app.components) {
      const name = asText(own(raw, "name"));
      const fault = name === undefined ? undefined : faultOf(name);
      if (fault) yield { field: `${path}.name`, message: `${quote(name ?? "")} ${fault}` };
    }
  },
});

function faultOf(name: string): string | undefined {
  if (name.length > maxComponentName)
    return `has ${name.length} characters, at most ${maxComponentName} leave room for a revision like -v1`;
  return isServiceName(name)
    ? undefined
    : "is no name of a Service, a-z, 0-9 and - are required, a letter first and no - last";
}
