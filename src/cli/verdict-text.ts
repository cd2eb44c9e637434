import type { Review } from "../admission/review.ts";
import type { FileDocument } from "../cluster/files.ts";
import type { Operation } from "../model/admission.ts";
import { asText, type JsonObject, own } from "../model/json.ts";
import { nameOf, namespaceOf } from "../model/world.ts";
import type { Violation } from "../rules/rule.ts";
import { colour, printable, width, wrapped } from "./print.ts";
import type { Verdict } from "./verdict.ts";

/** Verdicts for people: a head line for each Application, then what is wrong with it, line by line. */
export const verdictsText = (verdicts: readonly Verdict[], others: readonly FileDocument[]): string =>
  [...verdicts.map(verdictText), ...unchecked(verdicts), ...unjudged(others), summary(verdicts)].join("\n\n");

export function verdictText({ document, review }: Verdict): string {
  const placeOf = ({ field }: Violation) => `${document.locate(field).line}:${document.locate(field).column}`;
  return reviewText(`${document.file}:${document.line}`, document.object, review, placeOf);
}

/** The verdict on what a command makes of an Application: that stands in no file, so nothing in it has a place. */
export const commandVerdictText = (command: string, object: JsonObject, review: Review): string =>
  reviewText(command, object, review, () => "");

function reviewText(
  source: string,
  object: JsonObject,
  review: Review,
  placeOf: (violation: Violation) => string,
): string {
  const { violations, operation, allowed } = review;
  const count = violations.length;
  const outcome = allowed
    ? colour.green("admitted")
    : colour.red(`refused: ${count} ${count === 1 ? "violation" : "violations"}`);
  const head = `${source}  Application ${namespaceOf(object)}/${nameOf(object)}  ${operation}  `;
  const places = violations.map(placeOf);
  const margin = Math.max(0, ...places.map(width));
  return [
    colour.bold(printable(head)) + outcome,
    ...violations.map((violation, i) =>
      wrapped(violationText(violation, (places[i] ?? "").padStart(margin)), margin + 6),
    ),
    ...planTexts(review.lines),
    ...warningTexts(review.warnings, placeOf),
    ...mutationTexts(review.patch),
  ].join("\n");
}

const violationText = ({ field, message, rule }: Violation, place: string): string =>
  `  ${colour.dim(place)}  ${colour.cyan(printable(field))}: ${printable(message)} ${colour.dim(`(${rule})`)}`;

const planTexts = (lines: readonly string[]): string[] =>
  lines
    .filter((line) => line.startsWith("plan: "))
    .map((line) => wrapped(`  ${colour.green("plan")}     ${printable(line.slice(6))}`, 13));

/** Every warning in full; what is said of several places is said once, at the first. */
function warningTexts(warnings: readonly Violation[], placeOf: (warning: Violation) => string): string[] {
  const first = new Map([...warnings].reverse().map((warning) => [`${warning.rule} ${warning.message}`, warning]));
  return [...warnings]
    .filter((warning) => first.get(`${warning.rule} ${warning.message}`) === warning)
    .map((warning) => {
      const { message, rule } = warning;
      const text = `${printable(message)} ${colour.dim(`(${rule})`)}`;
      const place = placeOf(warning);
      return wrapped(`  ${colour.yellow("warning")}  ${place === "" ? "" : `${colour.dim(place)} `}${text}`, 13);
    });
}

/** What the mutations add; the empty parents that they need first are of no interest. */
const mutationTexts = (patch: readonly Operation[]): string[] =>
  patch
    .filter(({ value }) => typeof value !== "object")
    .map(({ path, value }) => `  ${colour.magenta("adds")}     ${printable(fieldOf(path))}: ${JSON.stringify(value)}`);

const fieldOf = (pointer: string): string =>
  pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((path, key) => {
      if (/^\d+$/.test(key)) return `${path}[${key}]`;
      if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
      return path === "" ? key : `${path}.${key}`;
    }, "");

function unchecked(verdicts: readonly Verdict[]): string[] {
  const rules = [...new Set(verdicts.flatMap(({ review }) => review.notChecked))].sort();
  if (rules.length === 0) return [];
  return [colour.dim(wrapped(`not checked without a --world of other objects: ${rules.join(", ")}`, 2))];
}

/** Names what stands beside the Applications; a whole folder of it is only counted. */
function unjudged(others: readonly FileDocument[]): string[] {
  if (others.length === 0) return [];
  const named = others.slice(0, namedOthers).map(({ object }) => titleOf(object));
  const rest = others.length - named.length;
  const count = `${others.length} other ${others.length === 1 ? "document" : "documents"} not judged`;
  const line = `${count}: ${[...named, ...(rest > 0 ? [`${rest} more`] : [])].join(", ")}`;
  return [colour.dim(wrapped(printable(line), 2))];
}

const namedOthers = 8;

const titleOf = (object: JsonObject): string => {
  const kind = asText(own(object, "kind")) ?? "no kind";
  const version = asText(own(object, "apiVersion")) ?? "no apiVersion";
  return [kind, nameOf(object), `(${version})`].filter((part) => part !== "").join(" ");
};

function summary(verdicts: readonly Verdict[]): string {
  const refused = verdicts.filter(({ review }) => !review.allowed).length;
  return `${verdicts.length - refused} admitted, ${refused} refused`;
}
