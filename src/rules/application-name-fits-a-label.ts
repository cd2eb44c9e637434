import { isDnsSubdomain } from "../model/dns.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "application-name-fits-a-label",
  codes: ["A01"],
  action: "Deny",
  about: "spec",
  invariant: "The name of an Application is a DNS subdomain of at most 63 characters.",
  because: "It is used as the value of a label on every derived object.",
  reads: [],
  *check({ app, before }) {
    // The name of a stored object cannot be changed, so an edit of it must not be refused for its name.
    if (before || app.name === "") return;
    const fault = faultOf(app.name);
    if (fault) yield { field: "metadata.name", message: `${quote(app.name)} ${fault}` };
  },
});

function faultOf(name: string): string | undefined {
  if (name.length > 63) return `has ${name.length} characters, at most 63 fit the label app.oam.dev/name`;
  return isDnsSubdomain(name)
    ? undefined
    : "is no DNS subdomain, a-z, 0-9, - and . with a letter or digit at both ends are required";
}
