import { asList, asText, at } from "../model/json.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "requester-may-do-it",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "Who applies an Application may write the objects that it stands for.",
  because: "It would lend the rights of the controller to anybody.",
  reads: ["SubjectAccessReview"],
  *check({ app }, world) {
    const access = world.get("SubjectAccessReview", app.namespace, app.name);
    const denied = asList(at(access, "status", "denied")).flatMap((what) => asText(what) ?? []);
    if (denied.length === 0) return;
    yield {
      field: "spec",
      message: `stands for objects that the requester may not write, the right to ${denied.join(", ")} in namespace ${app.namespace} is required`,
    };
  },
});
