import { traitOf } from "../model/application.ts";
import { containers } from "../model/containers.ts";
import { readImage } from "../model/image.ts";
import { asText, own } from "../model/json.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "canary-image-is-pinned",
  codes: ["A20"],
  action: "Warn",
  about: "spec",
  invariant: "The image of a canary component names a tag other than latest, or a digest.",
  because: "An image that changes under the same name makes no new revision.",
  reads: [],
  *check({ app }) {
    for (const { component, title, path, properties } of containers(app)) {
      const image = readImage(asText(own(properties, "image")) ?? "");
      if (!image || !traitOf(component, "rollout") || image.digest !== undefined) continue;
      if (image.tag !== undefined && image.tag !== "latest") continue;
      const fault = image.tag === undefined ? "has no tag" : "has the tag latest";
      yield {
        field: `${path}.image`,
        message: `${title}: image ${fault}, a changed one makes no new revision`,
      };
    }
  },
});
