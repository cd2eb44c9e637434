import { join } from "../model/json.ts";
import { names } from "../model/names.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "publish-version-excludes-auto-update",
  codes: ["M01"],
  action: "Deny",
  about: "metadata",
  invariant: "An Application has a publishVersion or autoUpdate, not both.",
  because: "One freezes the spec, the other follows changes.",
  reads: [],
  *check({ app }) {
    const version = app.annotations[names.publishVersion];
    if (!version || app.annotations[names.autoUpdate] !== "true") return;
    yield {
      field: join("metadata.annotations", names.autoUpdate),
      message: `is "true" although publishVersion is ${quote(version)}, only one of the two can be set`,
    };
  },
});
