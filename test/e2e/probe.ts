import { setTimeout as sleep } from "node:timers/promises";
import { addresses } from "./bed/addresses.ts";
import type { Bed, Load } from "./bed/bed.ts";
import { routesIn, untilRouted, type Weights } from "./bed/proxies.ts";
import { enoughFor, type Split, splitOf } from "./split.ts";

/** A window of answers may begin so long before its time. */
const windowMs = 500;
const measuredWithinMs = 90_000;

export interface Finding {
  readonly name: string;
  readonly failures: Readonly<Record<string, number>>;
  readonly answered: number;
  readonly sent: number;
  /** What was measured, in this order. */
  readonly splits: readonly Split[];
  /** Every table of weights that the proxy was seen to route by, as JSON. */
  readonly tables: ReadonlySet<string>;
}

/** A load through one proxy, and what that proxy was told meanwhile. */
class Witness {
  private readonly name: string;
  private readonly load: Load;
  private readonly splits: Split[] = [];
  private readonly tables = new Set<string>();
  private readonly watching: Promise<void>;
  private isOver = false;

  constructor(bed: Bed, proxy: string, host: string, load: Load) {
    this.name = proxy === addresses.gateway ? "gateway" : "mesh";
    this.load = load;
    this.watching = this.watch(bed, proxy, host);
  }

  /** Counts answers from now on until they are enough, and compares them with what was planned. */
  async measure(weights: Weights): Promise<void> {
    const from = Date.now() + windowMs;
    for (const deadline = from + measuredWithinMs; ; await sleep(300)) {
      const split = splitOf(this.load.soFar().between(from, Date.now()), weights);
      if (split.answered < enoughFor(weights) && Date.now() < deadline) continue;
      this.splits.push(split);
      return;
    }
  }

  async end(): Promise<Finding> {
    const { failures, answered, sent } = await this.load.stop();
    this.isOver = true;
    await this.watching;
    return { name: this.name, failures, answered, sent, splits: this.splits, tables: this.tables };
  }

  private async watch(bed: Bed, proxy: string, host: string): Promise<void> {
    for (; !this.isOver; await sleep(500))
      for (const weights of await routesIn(bed, proxy, host)) this.tables.add(tableOf(weights));
  }
}

/** As text that is the same for the same weights. */
export const tableOf = (weights: Weights): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(weights)
        .filter(([, weight]) => weight > 0)
        .sort(([a], [b]) => a.localeCompare(b)),
    ),
  );

export const hostOf = (namespace: string): string => `reviews.${namespace}.svc.cluster.local`;

/** Resolves when what calls came to was compared with weights that somebody planned. */
export type Measure = (planned: Weights) => Promise<void>;

/** Calls to reviews, from inside the mesh and from outside through the gateway, for as long as something is done to it. */
export async function probed(
  bed: Bed,
  namespace: string,
  rate: number,
  act: (measure: Measure) => Promise<unknown>,
): Promise<readonly Finding[]> {
  const host = hostOf(namespace);
  const witnesses = [
    new Witness(bed, addresses.meshClient, host, bed.loadMesh(host, 9080, { rate })),
    new Witness(bed, addresses.gateway, host, bed.loadGateway(`${namespace}.example`, { path: "/reviews", rate })),
  ];
  const ended = () => Promise.all(witnesses.map((witness) => witness.end()));
  try {
    await act(async (planned) => {
      await untilRouted(bed, host, planned);
      await Promise.all(witnesses.map((witness) => witness.measure(planned)));
    });
  } catch (error) {
    await ended();
    throw error;
  }
  return ended();
}
