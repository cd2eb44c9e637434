import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Answer } from "../admission/answer.ts";

/** Every label has a closed set of values: no name, namespace or user is ever one. */
export interface Metrics {
  answered(webhook: string, answer: Answer, seconds: number): void;
  /** A request without a verdict, by HTTP status. */
  refused(status: number): void;
  certificateLoaded(expires: Date): void;
  certificateFailed(): void;
  readonly contentType: string;
  text(): Promise<string>;
}

const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5];
const operations = ["CREATE", "UPDATE", "DELETE"];

/** `ruleIds` are the rules that are counted by name; `inFlight` is read when metrics are. */
export function makeMetrics(ruleIds: readonly string[], inFlight: () => number): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const refusals = new Counter({
    name: "rollguard_admission_refused_total",
    help: "Requests that got no verdict, by HTTP status.",
    labelNames: ["status"] as const,
    registers,
  });
  new Gauge({
    name: "rollguard_admission_in_flight",
    help: "Admission requests being read or answered.",
    registers,
    collect() {
      this.set(inFlight());
    },
  });
  return {
    answered: verdictMetrics(registers, new Set(ruleIds)),
    refused: (status) => refusals.inc({ status }),
    ...certificateMetrics(registers),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

function verdictMetrics(registers: Registry[], ruleIds: ReadonlySet<string>): Metrics["answered"] {
  const durations = new Histogram({
    name: "rollguard_admission_duration_seconds",
    help: "Time from the headers of an admission request to its answer.",
    labelNames: ["webhook", "operation", "allowed"] as const,
    buckets,
    registers,
  });
  const violations = new Counter({
    name: "rollguard_violations_total",
    help: "Broken rules found by admission, denying or warning.",
    labelNames: ["rule"] as const,
    registers,
  });
  // A labelled observe hashes its labels each time, so the children are kept.
  const durationOf = kept((labels) => durations.labels(...labels.split(" ")));
  const violationsOf = kept((rule) => violations.labels(rule));
  return (webhook, { operation = "", allowed = "none", rules }, seconds) => {
    const known = operations.includes(operation) ? operation : "none";
    durationOf(`${webhook} ${known} ${allowed}`).observe(seconds);
    for (const rule of rules) violationsOf(ruleIds.has(rule) ? rule : "other").inc();
  };
}

function certificateMetrics(registers: Registry[]): Pick<Metrics, "certificateLoaded" | "certificateFailed"> {
  const expiry = new Gauge({
    name: "rollguard_certificate_expiry_timestamp_seconds",
    help: "When the certificate in use expires.",
    registers,
  });
  const failures = new Counter({
    name: "rollguard_certificate_reload_failures_total",
    help: "Changed certificate files that could not be used.",
    registers,
  });
  return {
    certificateLoaded: (expires) => expiry.set(expires.getTime() / 1000),
    certificateFailed: () => failures.inc(),
  };
}

function kept<T>(make: (key: string) => T): (key: string) => T {
  const children = new Map<string, T>();
  return (key) => {
    const child = children.get(key) ?? make(key);
    children.set(key, child);
    return child;
  };
}
