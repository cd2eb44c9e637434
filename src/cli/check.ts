import { reviewObject } from "../admission/review.ts";
import { liveObject, worldFromFiles } from "../cluster/file-world.ts";
import type { FileDocument } from "../cluster/files.ts";
import { planLine } from "../rollout/plan-line.ts";
import { readApplications } from "./applications.ts";
import { print, printable } from "./print.ts";
import { type ExitCode, exitCodes } from "./usage.ts";
import { type Verdict, verdictJson } from "./verdict.ts";
import { verdictsSarif } from "./verdict-sarif.ts";
import { verdictsText } from "./verdict-text.ts";

export interface CheckOptions {
  readonly after?: readonly string[];
  readonly world?: readonly string[];
  readonly output: "text" | "json" | "sarif";
}

type Format = (verdicts: readonly Verdict[], others: readonly FileDocument[]) => string;

const formats: Readonly<Record<CheckOptions["output"], Format>> = {
  text: verdictsText,
  json: (verdicts) => printable(JSON.stringify(verdicts.map(verdictJson), null, 2)),
  sarif: (verdicts) => printable(JSON.stringify(verdictsSarif(verdicts), null, 2)),
};

/** The admission verdict on every Application in the files, each by itself. */
export function check(files: readonly string[], { after = [], world = [], output }: CheckOptions): ExitCode {
  const fileWorld = worldFromFiles(after, world);
  const { applications, others } = readApplications(files);
  const verdicts = applications.map((document) => ({
    document,
    review: reviewObject(document.object, liveObject(fileWorld, document.object), { ...fileWorld, planLine }),
  }));
  print(formats[output](verdicts, others));
  return verdicts.every(({ review }) => review.allowed) ? exitCodes.ok : exitCodes.refused;
}
