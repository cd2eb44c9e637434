import { editsSpec, takesEffect } from "../model/change.ts";
import { join } from "../model/json.ts";
import { names } from "../model/names.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "publish-version-moves-with-the-spec",
  codes: ["M02"],
  action: "Warn",
  about: "spec",
  invariant: "A changed spec comes with a new publishVersion.",
  because: "With the old one the change takes no effect.",
  reads: [],
  *check(change) {
    if (!editsSpec(change) || takesEffect(change)) return;
    const version = change.app.annotations[names.publishVersion] ?? "";
    yield {
      field: join("metadata.annotations", names.publishVersion),
      message: `publishVersion is still ${quote(version)}, the new spec takes no effect`,
    };
  },
});
