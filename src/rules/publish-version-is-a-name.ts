import { isDnsLabel } from "../model/dns.ts";
import { join } from "../model/json.ts";
import { names } from "../model/names.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "publish-version-is-a-name",
  codes: ["M03"],
  action: "Deny",
  about: "metadata",
  invariant: "A publishVersion is a DNS label of at most 63 characters.",
  because: "It becomes part of names and labels.",
  reads: [],
  *check({ app }) {
    const version = app.annotations[names.publishVersion];
    if (!version || isDnsLabel(version)) return;
    yield {
      field: join("metadata.annotations", names.publishVersion),
      message:
        version.length > 63
          ? `has ${version.length} characters, at most 63 are possible`
          : `${quote(version)} is no DNS label, must be of a-z, 0-9 and "-", with a letter or digit at both ends`,
    };
  },
});
