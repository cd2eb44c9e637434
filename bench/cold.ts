/** Prints the milliseconds of the first simulation of this process: on the clock, and of CPU. */
import { performance } from "node:perf_hooks";
import { stories } from "./stories.ts";

const story = stories(1);
const before = process.cpuUsage();
const start = performance.now();
story();
const elapsed = performance.now() - start;
const { user, system } = process.cpuUsage(before);
process.stdout.write(JSON.stringify([elapsed, (user + system) / 1000]));
