import { type Json, join } from "./json.ts";

/** Deeper documents overflow the stack of recursive code; no Application comes near (Kubernetes itself allows 10,000). */
const depthLimit = 100;

/**
 * What an Application of bounded size has, with its status and what the API server writes down about its fields: more takes
 * longer than an answer may.
 */
const valueLimit = 60_000;

export type StrictJson = { readonly value: Json } | Fault;

/**
 * Parses JSON that somebody else wrote: nesting is bounded before anything recursive sees it, and keys that occur twice
 * or are `__proto__` are faults, since two readers of such a document may see two different objects.
 */
export function parseStrictly(text: string): StrictJson {
  const fault = scan(text);
  if (fault) return fault;
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return { fault: "is not JSON", path: "", offset: endOfJson(text) };
  }
}

/** How much of a text is the beginning of some JSON, by halves; not every message of JSON.parse tells the place. */
function endOfJson(text: string): number {
  let [sound, faulty] = [0, text.length + 1];
  while (faulty - sound > 1) {
    const middle = (sound + faulty) >> 1;
    if (mayGoOn(text.slice(0, middle))) sound = middle;
    else faulty = middle;
  }
  return sound;
}

/** Whether some continuation would make JSON of it: what is wrong is its end. */
function mayGoOn(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    const position = /at position (\d+)/.exec(message)?.[1];
    return /^Unexpected end/.test(message) || Number(position ?? -1) >= text.length;
  }
}

/** What is wrong, at which path, and how many characters of the text come before. */
export interface Fault {
  readonly fault: string;
  readonly path: string;
  readonly offset: number;
  readonly isOutsized?: boolean;
}

/** An object with the keys seen so far, or a list with the index reached. */
interface Frame {
  readonly keys: Set<string> | undefined;
  at: string | number;
}

/** Where the scan stands: the open objects and lists, and whether a string that comes next is a key. */
interface Scan {
  readonly frames: Frame[];
  expectsKey: boolean;
  /** Commas in the object to judge: its values but the first of each object and list. */
  values: number;
}

function scan(text: string): Fault | undefined {
  const state: Scan = { frames: [], expectsKey: false, values: 0 };
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const end = code === quoteMark ? endOfString(text, i) : i;
    const fault = code === quoteMark ? string(state, text.slice(i, end + 1)) : punctuation(state, code);
    if (fault) return { fault, path: pathOf(state.frames), offset: i };
    if (state.values > valueLimit)
      return {
        fault: `has over ${valueLimit} values, too many to judge`,
        path: judged.join("."),
        offset: i,
        isOutsized: true,
      };
    i = end;
  }
  return undefined;
}

const quoteMark = 0x22;
/** Where the object stands that is to be judged; one that is stored already must not keep anybody from deleting it. */
const judged = ["request", "object"];

function punctuation(state: Scan, code: number): string | undefined {
  switch (code) {
    case 0x7b: // {
      return open(state, { keys: new Set(), at: "" });
    case 0x5b: // [
      return open(state, { keys: undefined, at: 0 });
    case 0x7d: // }
    case 0x5d: // ]
      state.frames.pop();
      state.expectsKey = false;
      return undefined;
    case 0x2c: // ,
      if (judged.every((key, i) => state.frames[i]?.at === key)) state.values += 1;
      next(state);
  }
  return undefined;
}

function open(state: Scan, frame: Frame): string | undefined {
  if (state.frames.length === depthLimit) return `nests deeper than ${depthLimit} levels`;
  state.frames.push(frame);
  state.expectsKey = frame.keys !== undefined;
  return undefined;
}

function next(state: Scan): void {
  const top = state.frames.at(-1);
  if (typeof top?.at === "number") top.at += 1;
  state.expectsKey = top?.keys !== undefined;
}

function string(state: Scan, quoted: string): string | undefined {
  const top = state.frames.at(-1);
  if (!state.expectsKey || !top?.keys) return undefined;
  state.expectsKey = false;
  return enterKey(top, top.keys, quoted);
}

/** Index of the closing quote of the string that opens at `start`; the end of the text where there is none. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i++;
    else if (code === 0x22) return i;
  }
  return text.length;
}

function enterKey(frame: Frame, keys: Set<string>, quoted: string): string | undefined {
  const key = unquote(quoted);
  frame.at = key;
  if (key === "__proto__") return 'has the key "__proto__"';
  if (keys.has(key)) return "occurs twice";
  keys.add(key);
  return undefined;
}

/** The text of a quoted string; itself where it is malformed, which JSON.parse will say. */
function unquote(quoted: string): string {
  if (!quoted.includes("\\")) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}

/** The path of the place that was reached; long keys are cut, since a fault is shown to people. */
const pathOf = (frames: readonly Frame[]): string =>
  frames.slice(0, 12).reduce((path, { at }) => join(path, typeof at === "string" ? at.slice(0, 64) : at), "");
