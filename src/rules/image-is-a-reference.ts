import { containers } from "../model/containers.ts";
import { readImage } from "../model/image.ts";
import { asText, own } from "../model/json.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "image-is-a-reference",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "An image is a valid image reference.",
  because: "The kubelet would refuse it only after the rollout has begun.",
  reads: [],
  *check({ app }) {
    for (const { path, properties } of containers(app)) {
      const image = asText(own(properties, "image"));
      if (image === undefined || readImage(image)) continue;
      yield {
        field: `${path}.image`,
        message: `${quote(image)} ${fault(image)}, a reference like registry/repository:tag is required`,
      };
    }
  },
});

/** The usual reasons, most telling first. */
function fault(image: string): string {
  if (image.trim() === "") return "is empty";
  if (image.includes("://")) return "has a scheme";
  if (/\s/.test(image)) return "has spaces";
  if (/[A-Z]/.test(image.split(/[:@]/, 1)[0] ?? "")) return "has upper-case letters";
  return "is no image reference";
}
