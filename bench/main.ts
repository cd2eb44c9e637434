/**
 * Measures ratios, never absolute times: each candidate against a baseline of the same run, in turns, so that a machine
 * that slows down slows both. Prints the median and the quartiles.
 */
import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { answer } from "../src/admission/answer.ts";
import { rolledOut } from "../src/model/history.ts";
import { kindOf, worldOf } from "../src/model/world.ts";
import { planLine } from "../src/rollout/plan-line.ts";
import { baseWorld, example } from "../test/support/cases.ts";
import { crowdUpdate } from "../test/support/crowd.ts";
import { reviewOf } from "../test/support/review.ts";
import { copies, stories } from "./stories.ts";

const quantile = (values: readonly number[], q: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))] ?? 0;

function timed(work: () => unknown, calls: number): number {
  const start = performance.now();
  for (let i = 0; i < calls; i++) work();
  return (performance.now() - start) / calls;
}

/** The time of `candidate` as a multiple of `baseline`, over `rounds` pairs in alternating order. */
function compare(name: string, candidate: () => unknown, baseline: () => unknown, rounds: number, calls: number): void {
  timed(candidate, calls);
  timed(baseline, calls);
  const pairs = Array.from({ length: rounds }, (_, i) => {
    const first = i % 2 === 0 ? timed(candidate, calls) : undefined;
    const base = timed(baseline, calls);
    return { candidate: first ?? timed(candidate, calls), base };
  });
  const ratios = pairs.map((pair) => pair.candidate / pair.base);
  const [low, median, high] = [0.25, 0.5, 0.75].map((q) => quantile(ratios, q).toFixed(2));
  const time = quantile(
    pairs.map((pair) => pair.candidate),
    0.5,
  );
  process.stdout.write(`${name.padEnd(58)} ${median} (${low} to ${high})   ${time.toFixed(3)} ms\n`);
}

const history = rolledOut([example("bookinfo")]);
const live = history.find((object) => kindOf(object) === "Application");
const surroundings = { world: worldOf([...baseWorld, ...history]), planLine };
const update = JSON.stringify(reviewOf(example("bookinfo-canary"), live));
const echo = () => JSON.stringify(JSON.parse(update));

const crowded = { world: worldOf([...baseWorld, ...history, ...copies("bookinfo", 5000)]), planLine };

const large = crowdUpdate(100);
const largeEcho = () => JSON.stringify(JSON.parse(large.text));

const run =
  (...args: string[]) =>
  () => {
    const { status } = spawnSync(process.execPath, args);
    if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}`);
  };

const exampleFile = (name: string): string => `manifests/examples/${name}.yaml`;

const perStory = (count: number): number => timed(stories(count), 1) / count;

process.stdout.write("ratio to the baseline, median (quartiles), and the median time\n");
compare("validate an update / parse and print it", () => answer("validate", update, surroundings), echo, 21, 200);
compare("mutate an update / parse and print it", () => answer("mutate", update, surroundings), echo, 21, 200);
compare(
  "validate among 5,000 Applications / among one",
  () => answer("validate", update, crowded),
  () => answer("validate", update, surroundings),
  21,
  200,
);
compare(
  "validate 100 components in 200 steps / parse and print it",
  () => answer("validate", large.text, { world: large.world, planLine }),
  largeEcho,
  21,
  5,
);
compare(
  "rollguard check FILE / node -e 0",
  run("dist/rollguard.js", "check", exampleFile("bookinfo")),
  run("-e", "0"),
  15,
  1,
);
const [start, story] = [
  run("dist/rollguard.js", "--version"),
  run("dist/rollguard.js", "simulate", ...["bookinfo", "bookinfo-canary"].map(exampleFile), "resume"),
];
compare("rollguard simulate FILE FILE resume / node -e 0", story, run("-e", "0"), 15, 1);
const beyond = Array.from({ length: 15 }, () => timed(story, 1) - timed(start, 1));
const [low, median, high] = [0.25, 0.5, 0.75].map((q) => quantile(beyond, q).toFixed(1));
process.stdout.write(
  `of that the seed's story, read, played and printed: ${median} ms (${low} to ${high}) more than --version\n`,
);
perStory(20);
const [one, thousand] = [perStory(1), perStory(1000)];
process.stdout.write(
  `and warm: ${one.toFixed(1)} ms; 1,000 at once: ${thousand.toFixed(1)} ms each, ratio ${(thousand / one).toFixed(2)}\n`,
);
