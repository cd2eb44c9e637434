import { quote } from "./shape.ts";

/** What a condition may ask of a step, besides its phase. */
export const stepFlags = ["succeeded", "failed", "skipped", "timeout", "suspended", "terminated"] as const;
export type StepFlag = (typeof stepFlags)[number];

/** Phases of a step (kubevela/workflow: api/v1alpha1). */
export const stepPhases = ["pending", "running", "suspending", "succeeded", "failed", "skipped"] as const;

/** The condition of a step (`if`), as a closed tree: nothing in it can run code or reach outside the workflow. */
export type Condition =
  | { readonly is: "constant"; readonly value: boolean }
  | { readonly is: "phase"; readonly step: string; readonly phase: string; readonly equal: boolean }
  | { readonly is: "flag"; readonly step: string; readonly flag: StepFlag }
  | { readonly is: "not"; readonly of: Condition }
  | { readonly is: "all" | "any"; readonly of: readonly Condition[] };

/** Where a condition stops to be one; `position` counts characters from 0. */
export interface ConditionFault {
  readonly error: string;
  readonly position: number;
}

export interface StepOutcome {
  readonly phase: string;
  readonly reason?: string | undefined;
}

/** Whether a condition holds. A step that has not begun has no outcome: it is in no phase, and no flag of it is true. */
export function evaluate(condition: Condition, statusOf: (step: string) => StepOutcome | undefined): boolean {
  switch (condition.is) {
    case "constant":
      return condition.value;
    case "phase":
      return (statusOf(condition.step)?.phase === condition.phase) === condition.equal;
    case "flag":
      return holds(condition.flag, statusOf(condition.step));
    case "not":
      return !evaluate(condition.of, statusOf);
    case "all":
      return condition.of.every((part) => evaluate(part, statusOf));
    case "any":
      return condition.of.some((part) => evaluate(part, statusOf));
  }
}

/** A step that timed out or was terminated is a failed one with that reason. */
function holds(flag: StepFlag, outcome: StepOutcome | undefined): boolean {
  if (flag === "timeout") return outcome?.reason === "Timeout";
  if (flag === "terminated") return outcome?.reason === "Terminate";
  return outcome?.phase === (flag === "suspended" ? "suspending" : flag);
}

/** The steps that a condition asks about. */
export function stepsOf(condition: Condition): readonly string[] {
  if (condition.is === "phase" || condition.is === "flag") return [condition.step];
  if (condition.is === "not") return stepsOf(condition.of);
  return condition.is === "constant" ? [] : [...new Set(condition.of.flatMap(stepsOf))];
}

interface Token {
  readonly text: string;
  readonly position: number;
}
interface Cursor {
  readonly tokens: readonly Token[];
  readonly end: Token;
  at: number;
  depth: number;
}
type Parsed = Condition | ConditionFault;

/** Bounds on what a user writes, so that neither parsing nor evaluating can exhaust the stack. */
const longest = 2000;
const deepest = 20;

/**
 * Reads a condition: `always`, `true`, `false`, `status.STEP.phase == "succeeded"` (or `!=`), `status.STEP.failed` and
 * its like, joined by `&&`, `||`, `!` and parentheses. A step name with dots stands in brackets: `status["a.b"].failed`.
 */
export function parseCondition(text: string): Condition | ConditionFault {
  if (text.length > longest) return { error: "is too long", position: longest };
  const tokens = tokensOf(text);
  if ("error" in tokens) return tokens;
  const cursor: Cursor = { tokens, end: { text: "", position: text.length }, at: 0, depth: 0 };
  const condition = parseAny(cursor);
  return isFault(condition) || peek(cursor) === cursor.end ? condition : unexpected(peek(cursor));
}

export const isFault = (parsed: Condition | ConditionFault): parsed is ConditionFault => "error" in parsed;

function tokensOf(text: string): readonly Token[] | ConditionFault {
  const token = /\s+|&&|\|\||==|!=|[!()[\].]|"[^"\\\n]*"|\w[\w-]*/y;
  const tokens: Token[] = [];
  while (token.lastIndex < text.length) {
    const position = token.lastIndex;
    const [found] = token.exec(text) ?? [];
    if (found === undefined) return unexpected({ text: text.charAt(position), position });
    if (found.trim() !== "") tokens.push({ text: found, position });
  }
  return tokens;
}

const peek = (cursor: Cursor): Token => cursor.tokens[cursor.at] ?? cursor.end;

function take(cursor: Cursor, ...texts: readonly string[]): Token | undefined {
  const token = peek(cursor);
  if (token === cursor.end || !texts.includes(token.text)) return undefined;
  cursor.at += 1;
  return token;
}

const unexpected = ({ text, position }: Token): ConditionFault => ({
  error: text === "" ? "ends too early" : `${quote(/^".+"$/.test(text) ? text.slice(1, -1) : text)} is not understood`,
  position,
});

const parseAny = (cursor: Cursor): Parsed => chain(cursor, "||", parseAll);
const parseAll = (cursor: Cursor): Parsed => chain(cursor, "&&", parseUnary);

function chain(cursor: Cursor, operator: "||" | "&&", parsePart: (cursor: Cursor) => Parsed): Parsed {
  const first = parsePart(cursor);
  const of: Condition[] = [];
  for (let part = first; ; part = parsePart(cursor)) {
    if (isFault(part)) return part;
    of.push(part);
    if (!take(cursor, operator)) break;
  }
  return of.length === 1 ? first : { is: operator === "||" ? "any" : "all", of };
}

function parseUnary(cursor: Cursor): Parsed {
  const opening = take(cursor, "!", "(");
  if (!opening) return parseAtom(cursor);
  if (cursor.depth === deepest) return { error: `nests deeper than ${deepest} levels`, position: opening.position };
  cursor.depth += 1;
  const inner = opening.text === "!" ? parseUnary(cursor) : parseAny(cursor);
  cursor.depth -= 1;
  if (isFault(inner)) return inner;
  if (opening.text === "!") return { is: "not", of: inner };
  return take(cursor, ")") ? inner : unexpected(peek(cursor));
}

function parseAtom(cursor: Cursor): Parsed {
  const constant = take(cursor, "always", "true", "false");
  if (constant) return { is: "constant", value: constant.text !== "false" };
  if (!take(cursor, "status")) return unexpected(peek(cursor));
  const step = parseStep(cursor);
  if (typeof step !== "string") return step;
  if (!take(cursor, ".")) return unexpected(peek(cursor));
  const flag = stepFlags.find((known) => known === peek(cursor).text);
  if (flag && take(cursor, flag)) return { is: "flag", step, flag };
  if (!take(cursor, "phase")) return unexpected(peek(cursor));
  return parsePhase(cursor, step);
}

function parseStep(cursor: Cursor): string | ConditionFault {
  const opening = take(cursor, ".", "[");
  const name = peek(cursor);
  if (!opening || !(opening.text === "." ? /^\w/ : /^"/).test(name.text)) return unexpected(name);
  cursor.at += 1;
  if (opening.text === ".") return name.text;
  return take(cursor, "]") ? name.text.slice(1, -1) : unexpected(peek(cursor));
}

function parsePhase(cursor: Cursor, step: string): Parsed {
  const operator = take(cursor, "==", "!=");
  const value = peek(cursor);
  if (!operator || !value.text.startsWith('"')) return unexpected(value);
  const phase = stepPhases.find((known) => known === value.text.slice(1, -1));
  if (!phase) {
    const error = `${quote(value.text.slice(1, -1))} is no phase of a step (${stepPhases.join(", ")})`;
    return { error, position: value.position };
  }
  cursor.at += 1;
  return { is: "phase", step, phase, equal: operator.text === "==" };
}
