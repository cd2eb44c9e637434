import { reviewObject } from "../admission/review.ts";
import { liveObject, worldFromFiles } from "../cluster/file-world.ts";
import { loadDocuments } from "../cluster/files.ts";
import { kindOf } from "../model/world.ts";
import { planLine } from "../rollout/plan-line.ts";
import { print } from "./print.ts";
import { type ExitCode, exitCodes, UsageError } from "./usage.ts";
import { type Verdict, verdictJson } from "./verdict.ts";
import { verdictsSarif } from "./verdict-sarif.ts";
import { verdictsText } from "./verdict-text.ts";

export interface CheckOptions {
  readonly after: readonly string[];
  readonly world: readonly string[];
  readonly output: "text" | "json" | "sarif";
}

const formats = {
  text: verdictsText,
  json: (verdicts: readonly Verdict[]) => JSON.stringify(verdicts.map(verdictJson), null, 2),
  sarif: (verdicts: readonly Verdict[]) => JSON.stringify(verdictsSarif(verdicts), null, 2),
};

/** The admission verdict on every Application in the files, each by itself. */
export function check(files: readonly string[], { after, world, output }: CheckOptions): ExitCode {
  const fileWorld = worldFromFiles(after, world);
  const applications = loadDocuments(files).filter(({ object }) => kindOf(object) === "Application");
  if (applications.length === 0) throw new UsageError(`no core.oam.dev Application in ${files.join(", ")}`);
  const verdicts = applications.map((document) => ({
    document,
    review: reviewObject(document.object, liveObject(fileWorld, document.object), { ...fileWorld, planLine }),
  }));
  print(formats[output](verdicts));
  return verdicts.every(({ review }) => review.allowed) ? exitCodes.ok : exitCodes.refused;
}
