import { appliedIn } from "../cluster/file-world.ts";
import { printYaml } from "../cluster/yaml.ts";
import { renderWorld } from "../simulate/render-world.ts";
import { readApplications } from "./applications.ts";
import { complain, print } from "./print.ts";
import { durationOption, type ExitCode, exitCodes, UsageError } from "./usage.ts";

export interface RenderOptions {
  readonly after?: readonly string[];
  readonly settle: string;
  readonly step?: string;
}

/** Prints every object that the Applications in the files stand for, once they have been rolled out after a history. */
export function render(files: readonly string[], { after = [], settle, step }: RenderOptions): ExitCode {
  const applications = readApplications(files).applications.map(({ object }) => object);
  const history = appliedIn(after);
  const rendered = applications.map((object) => renderWorld(object, history, durationOption("settle", settle), step));
  if (rendered.some(({ isUnreached }) => isUnreached))
    throw new UsageError(`no step ${step ?? ""} is reached in ${files.join(", ")}`);
  const refusals = rendered.flatMap(({ refusal }) => refusal ?? []);
  for (const refusal of refusals) complain(refusal);
  if (refusals.length > 0) return exitCodes.refused;
  print(rendered.flatMap(({ objects }) => objects.map((object) => printYaml(object).trimEnd())).join("\n---\n"));
  return exitCodes.ok;
}
