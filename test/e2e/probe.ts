import { setTimeout as sleep } from "node:timers/promises";
import { addresses } from "./bed/addresses.ts";
import type { Bed, Load } from "./bed/bed.ts";
import type { LoadReport } from "./bed/load-report.ts";
import { routesIn, type Weights } from "./bed/proxies.ts";

/** A time in which a proxy was seen to route in one way. */
interface Span {
  readonly weights: Weights;
  readonly from: number;
  to: number;
}

/** A share that is measured on fewer answers says nothing. */
const leastAnswers = 300;
/** A window of answers may begin so long before its time. */
const windowMs = 500;

/** A load through one proxy, and what that proxy was told meanwhile. */
class Witness {
  readonly name: string;
  private readonly load: Load;
  private readonly spans: Span[] = [];
  private readonly watching: Promise<void>;
  private isOver = false;

  constructor(bed: Bed, proxy: string, host: string, load: Load) {
    this.name = proxy === addresses.gateway ? "gateway" : "mesh";
    this.load = load;
    this.watching = this.watch(bed, proxy, host);
  }

  async end(): Promise<Finding> {
    const report = await this.load.stop();
    this.isOver = true;
    await this.watching;
    const { failures, answered, sent } = report;
    return { name: this.name, failures, answered, sent, splits: this.spans.flatMap((span) => splitOf(report, span)) };
  }

  private async watch(bed: Bed, proxy: string, host: string): Promise<void> {
    while (!this.isOver) {
      const asked = Date.now();
      const routes = await routesIn(bed, proxy, host);
      this.see(routes, asked);
      await sleep(200);
    }
  }

  private see(routes: readonly Weights[], asked: number): void {
    const [weights = {}, ...others] = routes.map(positive);
    const text = JSON.stringify(weights);
    const last = this.spans.at(-1);
    const isOne = others.every((other) => JSON.stringify(other) === text);
    if (last && isOne && JSON.stringify(last.weights) === text) last.to = asked;
    else this.spans.push({ weights: isOne ? weights : {}, from: Date.now(), to: asked });
  }
}

const positive = (weights: Weights): Weights =>
  Object.fromEntries(
    Object.entries(weights)
      .filter(([, weight]) => weight > 0)
      .sort(([a], [b]) => a.localeCompare(b)),
  );

export interface Split {
  readonly weights: Weights;
  readonly answered: number;
  /** In standard deviations, the worst of all revisions. */
  readonly deviation: number;
}

export interface Finding {
  readonly name: string;
  readonly failures: Readonly<Record<string, number>>;
  readonly answered: number;
  readonly sent: number;
  readonly splits: readonly Split[];
}

function splitOf(report: LoadReport, { weights, from, to }: Span): Split[] {
  const within = report.between(from + windowMs, to);
  if (within.answered < leastAnswers || Object.keys(weights).length === 0) return [];
  const deviations = Object.entries(weights).map(([revision, weight]) => within.deviation(revision, weight));
  return [{ weights, answered: within.answered, deviation: Math.max(...deviations) }];
}

export const hostOf = (namespace: string): string => `reviews.${namespace}.svc.cluster.local`;

/** Calls to reviews, from inside the mesh and from outside through the gateway, for as long as something is done to it. */
export async function probed(
  bed: Bed,
  namespace: string,
  rate: number,
  act: () => Promise<unknown>,
): Promise<readonly Finding[]> {
  const host = hostOf(namespace);
  const witnesses = [
    new Witness(bed, addresses.meshClient, host, bed.loadMesh(host, 9080, { rate })),
    new Witness(bed, addresses.gateway, host, bed.loadGateway(`${namespace}.example`, { path: "/reviews", rate })),
  ];
  const ended = () => Promise.all(witnesses.map((witness) => witness.end()));
  try {
    await act();
  } catch (error) {
    await ended();
    throw error;
  }
  return ended();
}
