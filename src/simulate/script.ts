import type { Review } from "../admission/review.ts";
import { parseDuration } from "../model/duration.ts";
import type { KubeObject } from "../model/world.ts";
import { type Command, commandNames } from "../rollout/commands.ts";

/** Something that happens to the paper cluster, in the order of the command line. */
export type Act =
  | { readonly do: "apply"; readonly file: string; readonly objects: readonly KubeObject[] }
  | { readonly do: "command"; readonly command: Command | "rollback"; readonly application: string | undefined }
  | { readonly do: "fail" | "crash"; readonly revision: string }
  | { readonly do: "shape"; readonly what: "ready-after" | "mesh-lag"; readonly seconds: number }
  | { readonly do: "mesh-confirms" };

/** An act and when it happens: when what came before is at rest, or so many seconds after the act before. */
export interface Cue {
  readonly act: Act;
  readonly after: number | undefined;
}

/** The verdict on an Application that a script applied. */
export interface Judged {
  readonly file: string;
  readonly object: KubeObject;
  readonly review: Review;
}

const commands: readonly string[] = [...commandNames, "rollback"];
const withValue = ["fail", "crash", "ready-after", "mesh-lag"];

/** The words of a script: one that takes a value stands with it in one word, or before it. */
export interface Word {
  readonly word: string;
  readonly value: string | undefined;
}

export type Words = { readonly words: readonly Word[] } | { readonly mistake: string };

/** Joins words with their values; what is no word of the language is the name of a file. */
export function readWords(args: readonly string[]): Words {
  const words: Word[] = [];
  for (let i = 0; i < args.length; i++) {
    const [first = "", ...rest] = (args[i] ?? "").trim().split(/\s+/);
    if (!withValue.includes(first)) {
      words.push({ word: args[i] ?? "", value: undefined });
      continue;
    }
    const [value, ...more] = rest.length > 0 ? rest : (args[++i] ?? "").trim().split(/\s+/);
    if (value === undefined || value === "") return { mistake: `${first} needs a value` };
    if (more.length > 0)
      return { mistake: `${first} takes one value, write it again for each: ${again(first, [value, ...more])}` };
    words.push({ word: first, value });
  }
  return { words };
}

const again = (word: string, values: readonly string[]): string =>
  values.map((value) => `'${word} ${value}'`).join(" ");

export const isFile = ({ word, value }: Word): boolean =>
  value === undefined && !/^\+./.test(word) && word !== "mesh-confirms" && !commands.includes(word.split("@")[0] ?? "");

/** The cues of a script whose files were read: `documents` gives the Applications of a file. */
export function readScript(
  words: readonly Word[],
  documents: (file: string) => readonly KubeObject[],
): { readonly cues: readonly Cue[] } | { readonly mistake: string } {
  const cues: Cue[] = [];
  let after: number | undefined;
  for (const [i, word] of words.entries()) {
    if (isPause(word)) {
      after = lengthOf(word.word.slice(1));
      if (after === undefined) return { mistake: `${word.word} is no duration, write +30s or +5m` };
      const next = words[i + 1];
      if (!next || isPause(next)) return { mistake: `${word.word} stands before what happens that much later` };
      continue;
    }
    const act = isFile(word)
      ? ({ do: "apply", file: word.word, objects: documents(word.word) } as const)
      : readAct(word);
    if ("mistake" in act) return act;
    cues.push({ act, after });
    after = undefined;
  }
  return { cues };
}

const isPause = ({ word }: Word): boolean => /^\+./.test(word);

/** Time does not go backwards. */
function lengthOf(text: string): number | undefined {
  const seconds = parseDuration(text);
  return seconds === undefined || seconds < 0 ? undefined : seconds;
}

function readAct({ word, value = "" }: Word): Act | { readonly mistake: string } {
  const [name = "", application] = word.split("@");
  if (application === "") return { mistake: `${word} names no Application, write ${name}@NAME, or ${name} for all` };
  if (commands.includes(name)) return { do: "command", command: name as Command | "rollback", application };
  if (name === "mesh-confirms") return { do: "mesh-confirms" };
  if (name === "fail" || name === "crash") return { do: name, revision: value };
  const seconds = lengthOf(value);
  if (seconds === undefined) return { mistake: `${name} ${value} is no duration, write ${name} 20s` };
  return { do: "shape", what: name === "ready-after" ? "ready-after" : "mesh-lag", seconds };
}
