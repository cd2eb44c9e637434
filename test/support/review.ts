import { type Answer, answer } from "../../src/admission/answer.ts";
import type { AdmissionReview } from "../../src/model/admission.ts";
import { rolledOut } from "../../src/model/history.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { type KubeObject, worldOf } from "../../src/model/world.ts";
import { planLine } from "../../src/rollout/plan-line.ts";
import { baseWorld, example } from "./cases.ts";

/** An AdmissionReview as the API server sends it. */
export const reviewOf = (object: KubeObject, oldObject?: KubeObject, request: JsonObject = {}): JsonObject => ({
  apiVersion: "admission.k8s.io/v1",
  kind: "AdmissionReview",
  request: {
    uid: "705ab4f5-6393-11e8-b7cc-42010a800002",
    kind: { group: "core.oam.dev", version: "v1beta1", kind: "Application" },
    resource: { group: "core.oam.dev", version: "v1beta1", resource: "applications" },
    name: "book-info",
    namespace: "default",
    operation: oldObject ? "UPDATE" : "CREATE",
    userInfo: { username: "dev", groups: ["system:authenticated"] },
    object,
    oldObject: oldObject ?? null,
    dryRun: false,
    options: { apiVersion: "meta.k8s.io/v1", kind: oldObject ? "UpdateOptions" : "CreateOptions" },
    ...request,
  },
});

/** The answer in a world where the named examples were rolled out, the namespace injects, and Istio is installed. */
export function answerIn(history: readonly string[], webhook: "mutate" | "validate", review: unknown): Answer {
  const world = worldOf([...baseWorld, ...rolledOut(history.map(example))]);
  return answer(webhook, typeof review === "string" ? review : JSON.stringify(review), { world, planLine });
}

export const responseOf = (given: Answer): AdmissionReview["response"] => (given.body as AdmissionReview).response;
