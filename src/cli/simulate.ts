import type { FileDocument } from "../cluster/files.ts";
import type { KubeObject } from "../model/world.ts";
import type { Frame } from "../simulate/frame.ts";
import { isFile, type Judged, readScript, readWords } from "../simulate/script.ts";
import { simulate as play, type Simulation } from "../simulate/simulate.ts";
import { readApplications } from "./applications.ts";
import { complain, print, printable } from "./print.ts";
import { timeline } from "./timeline.ts";
import { durationOption, type ExitCode, exitCodes, UsageError } from "./usage.ts";
import { type Verdict, verdictJson } from "./verdict.ts";
import { commandVerdictText, verdictText } from "./verdict-text.ts";

export interface SimulateOptions {
  readonly settle: string;
  readonly output: "text" | "json";
}

/** Plays a script on a paper cluster and shows what would happen. */
export function simulate(args: readonly string[], { settle, output }: SimulateOptions): ExitCode {
  const settleSeconds = durationOption("settle", settle);
  const read = readWords(args);
  if ("mistake" in read) throw new UsageError(read.mistake);
  const files = new Map(read.words.filter(isFile).map(({ word }) => [word, readApplications([word]).applications]));
  const documents: Documents = new Map([...files.values()].flat().map((document) => [document.object, document]));
  const script = readScript(read.words, (file) => (files.get(file) ?? []).map(({ object }) => object));
  if ("mistake" in script) throw new UsageError(script.mistake);
  const simulation = play(script.cues, { settleSeconds });
  if (output === "json") {
    const verdicts = verdictsOf(simulation, documents);
    print(printable(JSON.stringify(storyJson(simulation, verdicts), null, 2)));
  } else print(story(simulation, documents));
  if (simulation.refusal !== undefined) complain(simulation.refusal);
  return simulation.refusal !== undefined || hasFailed(simulation.frames) ? exitCodes.refused : exitCodes.ok;
}

/** By the object that a document holds. */
type Documents = ReadonlyMap<KubeObject, FileDocument>;

/** The verdict on every file that was applied; what a rollback made of one is judged too, but is no file. */
const verdictsOf = ({ verdicts }: Simulation, documents: Documents): readonly Verdict[] =>
  verdicts.flatMap((judged) => verdictOf(judged, documents) ?? []);

function verdictOf({ object, review }: Judged, documents: Documents): Verdict | undefined {
  const document = documents.get(object);
  return document && { document, review };
}

function judgedText(judged: Judged, documents: Documents): string {
  const verdict = verdictOf(judged, documents);
  return verdict ? verdictText(verdict) : commandVerdictText(judged.file, judged.object, judged.review);
}

const acts = /^(?:apply|resume|suspend|terminate|restart|rollback|fail|crash) /;

const unsafeLag = "proxies lag longer than the settle time, so calls may go to pods that are gone; settle longer";

const storyJson = ({ frames, lagExceedsSettle }: Simulation, verdicts: readonly Verdict[]) => ({
  verdicts: verdicts.map(verdictJson),
  frames,
  ...(lagExceedsSettle ? { unsafe: unsafeLag } : {}),
});

function story({ verdicts, frames, lagExceedsSettle }: Simulation, documents: Documents): string {
  const unsafe = lagExceedsSettle ? [`unsafe: ${unsafeLag}`] : [];
  const told = frames.length > 0 ? [timeline(frames, (event) => acts.test(event))] : [];
  return [...verdicts.map((judged) => judgedText(judged, documents)), ...told, ...unsafe].join("\n\n");
}

/** Whether the last state of any Application is failed or stalled; waiting for a person is neither. */
function hasFailed(frames: readonly Frame[]): boolean {
  const latest = new Map(frames.map((frame) => [frame.application, frame]));
  return [...latest.values()].some(
    ({ phase, components }) =>
      phase === "workflowFailed" ||
      phase === "unhealthy" ||
      Object.values(components).some((component) => ["Failed", "Stalled"].includes(component.phase)),
  );
}
