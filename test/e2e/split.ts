import type { LoadReport } from "./bed/load-report.ts";
import type { Weights } from "./bed/proxies.ts";

/** Who is further away from what was planned, in standard deviations, was routed otherwise: by chance it is one in 15,000. */
export const mostDeviation = 4;
/** Parts of all answers that these deviations may come to at most: a tenth for another table than the planned one is then 8 of them. */
const resolution = 0.05;
/** Where all is to go to one revision, one answer of another one is a fault; it must have had the chance. */
const leastAnswers = 300;

/** How the answers to calls were shared, beside the weights that were planned. */
export interface Split {
  readonly weights: Weights;
  readonly answered: number;
  /** In standard deviations, the worst of all revisions. */
  readonly deviation: number;
}

/** How many answers it takes to tell these weights from others. */
export function enoughFor(weights: Weights): number {
  const spreads = Object.values(weights).map((weight) => (weight / 100) * (1 - weight / 100));
  return Math.max(leastAnswers, Math.ceil((mostDeviation / resolution) ** 2 * Math.max(0, ...spreads)));
}

/** Who has no weight, and answers, is as wrong as can be. */
export function splitOf(report: LoadReport, weights: Weights): Split {
  const answering = Object.keys(report.counts).flatMap((key) => /^200 (.+)$/.exec(key)?.[1] ?? []);
  const revisions = new Set([...Object.keys(weights), ...answering]);
  const deviations = [...revisions].map((revision) => report.deviation(revision, weights[revision] ?? 0));
  return { weights, answered: report.answered, deviation: Math.max(...deviations) };
}

/** Why a split proves nothing, or disproves what was planned; nothing where it proves it. */
export function faultOf({ weights, answered, deviation }: Split): string | undefined {
  const table = JSON.stringify(weights);
  if (answered < enoughFor(weights)) return `${answered} answers do not tell ${table} from other weights`;
  return deviation < mostDeviation ? undefined : `${table} is ${deviation.toFixed(1)} σ away in ${answered} answers`;
}
