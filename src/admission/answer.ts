import { changeOf, changesSpec } from "../model/change.ts";
import { asText, at, type JsonObject } from "../model/json.ts";
import { type Envelope, readEnvelope } from "./envelope.ts";
import { isTerminating } from "./judge.ts";
import { mutated } from "./patch.ts";
import { admitted, patched, refused, unreadable } from "./respond.ts";
import { type Surroundings, validated } from "./review.ts";

export { type Envelope, readEnvelope } from "./envelope.ts";
export type { Surroundings } from "./review.ts";

/** What the HTTP response is to be, and what a log line and a metric may say about it. */
export interface Answer {
  readonly status: number;
  readonly body: object;
  readonly uid?: string;
  readonly operation?: string;
  readonly allowed?: boolean;
  /** Ids of the rules that were broken, denying or warning. */
  readonly rules: readonly string[];
  readonly patched?: boolean;
}

/** Whether the verdict on a request depends on what the requester may do: one that creates, or changes what is implied. */
export function needsAccess(webhook: "mutate" | "validate", envelope: Envelope): AccessQuestion | undefined {
  if (webhook === "mutate" || !("request" in envelope)) return undefined;
  const { operation, subResource, object, oldObject, userInfo } = envelope.request;
  if (operation === "DELETE" || subResource !== "" || !object) return undefined;
  const change = changeOf(object, operation === "UPDATE" ? oldObject : undefined);
  return changesSpec(change) && !isTerminating(change) ? { object, userInfo } : undefined;
}

export interface AccessQuestion {
  readonly object: JsonObject;
  readonly userInfo: JsonObject;
}

/**
 * Answers one request body of a webhook. Pure and synchronous: the same text and world give the same answer. Throws only
 * where a promise of our own is broken; the caller then answers HTTP 500, so that failurePolicy decides.
 */
export const answer = (webhook: "mutate" | "validate", text: string, surroundings: Surroundings): Answer =>
  answerTo(webhook, readEnvelope(text), surroundings);

/** The same for a body that was read before. */
export function answerTo(webhook: "mutate" | "validate", envelope: Envelope, surroundings: Surroundings): Answer {
  if ("error" in envelope) return { status: 400, body: { error: envelope.error }, rules: [] };
  if ("refusal" in envelope) {
    return {
      status: 200,
      body: unreadable(envelope.uid, envelope.refusal, envelope.isOutsized ? "Invalid" : "BadRequest"),
      uid: envelope.uid,
      allowed: false,
      rules: [],
    };
  }
  const { uid, operation, subResource, object, oldObject } = envelope.request;
  const about = { status: 200, uid, operation };
  if (operation === "DELETE" || subResource !== "" || !object)
    return { ...about, body: admitted(uid), allowed: true, rules: [] };
  const change = changeOf(object, operation === "UPDATE" ? oldObject : undefined);
  if (webhook === "mutate") {
    const { patch } = mutated(change, surroundings.world);
    return { ...about, body: patched(uid, patch), allowed: true, rules: [], patched: patch.length > 0 };
  }
  const { allowed, violations, warnings, lines } = validated(change, surroundings);
  const rules = [...violations, ...warnings].map((finding) => finding.rule);
  const name = asText(at(object, "metadata", "name")) ?? "";
  return {
    ...about,
    body: allowed ? admitted(uid, lines, rules) : refused(uid, name, violations, lines),
    allowed,
    rules,
  };
}
