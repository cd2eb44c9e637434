import {
  type AdmissionResponse,
  type AdmissionReview,
  type Cause,
  type Operation,
  warningLength,
} from "../model/admission.ts";
import type { Violation } from "../rules/rule.ts";

/** The API server drops or cuts longer lists and lines (kubernetes/apiserver: pkg/endpoints/filters/warning.go). */
const warningLimit = 8;
/** More than anybody reads; the rest is counted. */
const causeLimit = 100;
const messageLimit = 20;
/** A path or a message longer than this holds somebody's text. */
const textLength = 512;

const reviewOf = (response: AdmissionResponse): AdmissionReview => ({
  apiVersion: "admission.k8s.io/v1",
  kind: "AdmissionReview",
  response,
});

export const admitted = (uid: string, lines: readonly string[] = [], rules: readonly string[] = []): AdmissionReview =>
  reviewOf({ uid, allowed: true, ...(lines.length > 0 ? { warnings: lines } : {}), ...audited(rules) });

/** Without operations there is no patch member: an empty one is refused (kubernetes/apiserver: request/admissionreview.go). */
export const patched = (uid: string, patch: readonly Operation[]): AdmissionReview =>
  patch.length === 0
    ? admitted(uid)
    : reviewOf({
        uid,
        allowed: true,
        patchType: "JSONPatch",
        patch: Buffer.from(JSON.stringify(patch)).toString("base64"),
      });

/** A denial by rules: 422 Invalid, one cause for each violation, which kubectl prints line by line. */
export function refused(
  uid: string,
  name: string,
  violations: readonly Violation[],
  lines: readonly string[],
): AdmissionReview {
  const causes = causesOf(violations);
  const said = causes.slice(0, messageLimit).map(({ field, message }) => `${field}: ${message}`);
  const rest = violations.length - said.length;
  const message = `Application "${name}" is invalid: ${[...said, ...(rest > 0 ? [`and ${rest} more`] : [])].join("; ")}`;
  return reviewOf({
    uid,
    allowed: false,
    status: {
      code: 422,
      reason: "Invalid",
      message: cut(message, 4096),
      details: { group: "core.oam.dev", kind: "Application", name, causes },
    },
    ...(lines.length > 0 ? { warnings: lines } : {}),
    ...audited(violations.map((violation) => violation.rule)),
  });
}

const codes = { BadRequest: 400, Invalid: 422 } as const;

/** An envelope that cannot be judged: never a silent admission. */
export const unreadable = (uid: string, message: string, reason: keyof typeof codes): AdmissionReview =>
  reviewOf({ uid, allowed: false, status: { code: codes[reason], reason, message } });

function causesOf(violations: readonly Violation[]): Cause[] {
  const causes = violations
    .slice(0, causeLimit)
    .map(({ field, message, rule }) => cause(field, `${message} (${rule})`));
  const rest = violations.length - causes.length;
  return rest > 0 ? [...causes, cause("", `and ${rest} more`)] : causes;
}

const cause = (field: string, message: string): Cause => ({
  reason: "FieldValueInvalid",
  field: cut(printable(field), textLength),
  message: cut(printable(message), 2 * textLength),
});

const audited = (rules: readonly string[]): Pick<AdmissionResponse, "auditAnnotations"> =>
  rules.length === 0 ? {} : { auditAnnotations: { rules: [...new Set(rules)].join(",").slice(0, 1024) } };

/** The plan first, then the warnings by importance, each in one short printable line. */
export function warningLines(warnings: readonly Violation[], plan: string | undefined): readonly string[] {
  const lines = warnings.map(
    ({ message, rule }) => `${cut(printable(message), warningLength - rule.length - 3)} (${rule})`,
  );
  const all = [...(plan === undefined ? [] : [cut(printable(plan), warningLength)]), ...new Set(lines)];
  return all.length <= warningLimit
    ? all
    : [...all.slice(0, warningLimit - 1), `and ${all.length - warningLimit + 1} more warnings`];
}

const cut = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length - 1)}…`);

/** A warning travels as an HTTP header: a control character or a lone surrogate would make the API server drop it. */
const printable = (text: string): string => text.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");
