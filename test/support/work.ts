/**
 * Prints how often anything in the program ran to judge updates of so many components: the sum of V8's block counts. Unlike
 * time it is the same in every run.
 */
import { Session } from "node:inspector/promises";
import { answer } from "../../src/admission/answer.ts";
import { planLine } from "../../src/rollout/plan-line.ts";
import { crowdUpdate } from "./crowd.ts";

const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

for (const count of process.argv.slice(2).map(Number)) {
  const { text, world } = crowdUpdate(count);
  await session.post("Profiler.takePreciseCoverage");
  const { body } = answer("validate", text, { world, planLine });
  const { result } = await session.post("Profiler.takePreciseCoverage");
  const ours = result.filter(({ url }) => url.includes("/src/"));
  const ranges = ours.flatMap(({ functions }) => functions.flatMap((called) => called.ranges));
  const runs = ranges.reduce((sum, range) => sum + range.count, 0);
  process.stdout.write(`${JSON.stringify({ count, runs, body })}\n`);
}
