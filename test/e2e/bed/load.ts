/**
 * A program: sends requests on a schedule, whether answers come or not, and prints one line of counts for each quarter of a
 * second. SIGTERM ends it early; either way, what is in flight is waited for.
 */
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { LoadOptions, LoadWindow } from "./load-report.ts";

const options = JSON.parse(process.argv[2] ?? "") as LoadOptions;
const agent = new Agent({ keepAlive: true, maxSockets: 256, keepAliveMsecs: 30_000 });
const windowMs = 250;
const answerMs = 15_000;

let counts: Record<string, number> = {};
let sent = 0;
let inFlight = 0;
let isStopping = false;

/** A revision that answers is named; any other answer tells by its text what went wrong. */
function named(status: number | undefined, body: string): string {
  const revision = /"revision":"([^"]*)"/.exec(body)?.[1];
  return `${status} ${revision ?? body.slice(0, 90)}`.trim();
}

function count(key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
  inFlight -= 1;
}

function send(): void {
  sent += 1;
  inFlight += 1;
  const { host, port, path, hostHeader: authority } = options;
  const call = request({ host, port, path, agent, headers: { host: authority } }, (response) => {
    const parts: string[] = [];
    response.setEncoding("utf8").on("data", (text: string) => parts.push(text));
    response.on("error", () => {});
    response.on("close", () => count(response.complete ? named(response.statusCode, parts.join("")) : "error cut off"));
  });
  call.setTimeout(answerMs, () => call.destroy(new Error("no answer")));
  let isAnswered = false;
  call.on("response", () => {
    isAnswered = true;
  });
  call.on("error", (error) => {
    if (!isAnswered) count(`error ${error.message}`);
  });
  call.end();
}

function report(): void {
  const window: LoadWindow = { at: Date.now(), sent, counts };
  process.stdout.write(`${JSON.stringify(window)}\n`);
  counts = {};
}

process.on("SIGTERM", () => {
  isStopping = true;
});
const reports = setInterval(report, windowMs);
const start = performance.now();
const total = options.rate * options.seconds;
while (sent < total && !isStopping) {
  const due = Math.min(total, ((performance.now() - start) / 1000) * options.rate);
  while (sent < due) send();
  await sleep(5);
}
const end = performance.now() + answerMs;
while (inFlight > 0 && performance.now() < end) await sleep(10);
clearInterval(reports);
if (inFlight > 0) counts["error unanswered"] = inFlight;
report();
process.exit(0);
