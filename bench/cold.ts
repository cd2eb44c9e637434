/** Prints the milliseconds of the first simulation of this process. */
import { performance } from "node:perf_hooks";
import { stories } from "./stories.ts";

const story = stories(1);
const start = performance.now();
story();
process.stdout.write(String(performance.now() - start));
