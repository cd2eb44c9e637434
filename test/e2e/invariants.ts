import { names } from "../../src/model/names.ts";
import { componentsAt, type View } from "./component-view.ts";
import { namespaceIn, Replay, type Stored } from "./replay.ts";

/** What must hold at every stored revision (D11 of the design). Each says what is wrong, or nothing. */
const invariants = {
  "weights total 100": ({ routes }: View) =>
    routes.flatMap(({ name, total }) => (total === 100 ? [] : `${name} totals ${total}`))[0],
  "weight has a ready pod": ({ weights, ready }: View) =>
    [...weights].find(([revision, weight]) => weight > 0 && (ready.get(revision) ?? 0) === 0)?.join(" has no pod for "),
  "routed subset exists": ({ routes, subsets }: View) =>
    routes.flatMap((route) => route.subsets).find((subset) => !subsets.has(subset)),
  "revision with weight stays": ({ weights, replicas }: View) =>
    [...weights]
      .find(([revision, weight]) => weight > 0 && (replicas.get(revision) ?? 0) === 0)
      ?.join(" is not to be, with "),
  "split has revisions": ({ routes, replicas }: View) =>
    replicas.size > 1 ? routes.find(({ isWhole }) => isWhole)?.name : undefined,
  "ready pods stay": ({ total, floor }: View) => (total < floor ? `${total} ready, were ${floor}` : undefined),
} as const satisfies Readonly<Record<string, (view: View) => string | undefined>>;
export type Invariant = keyof typeof invariants;
export const allInvariants = Object.keys(invariants) as Invariant[];

/** What a test did from outside, and what it may break from when to when. */
export interface Excuse {
  readonly cause: string;
  readonly namespace: string;
  readonly invariants: readonly Invariant[];
  readonly from: number;
  readonly to: number;
}

interface Breach {
  readonly invariant: Invariant;
  readonly namespace: string;
  readonly component: string;
  readonly what: string;
  readonly revision: number;
  readonly from: number;
}

const excuses = (breach: Breach, until: number, { namespace, invariants, from, to }: Excuse): boolean =>
  namespace === breach.namespace && invariants.includes(breach.invariant) && breach.from >= from && until <= to;

const told = ({ namespace, component, invariant, what, revision, from }: Breach, until: number): string =>
  `${namespace}/${component}: ${invariant}: ${what} (revision ${revision}, for ${until - from} ms)`;

/** Every breach of D11 in a history, as long as it lasts, but for what is excused from its beginning to its end. */
export function breachesOf(history: readonly Stored[], excused: readonly Excuse[]): readonly string[] {
  const judge = new Judge(excused);
  for (const stored of history) judge.take(stored);
  return judge.end();
}

class Judge {
  private readonly replay = new Replay();
  private readonly open = new Map<string, Breach>();
  private readonly floors = new Map<string, number>();
  private readonly revisionOfPod = new Map<unknown, string>();
  private readonly found: string[] = [];
  private readonly excused: readonly Excuse[];

  constructor(excused: readonly Excuse[]) {
    this.excused = excused;
  }

  take(stored: Stored): void {
    this.replay.take(stored);
    if (stored.kind === "Pod") this.learnPod(stored);
    // What was there at the beginning is one state, and comes in pieces.
    if (stored.isFirst) return;
    const namespace = namespaceIn(stored.object);
    const views = componentsAt(this.replay, namespace, this.revisionOfPod, this.floors);
    const broken = new Set(views.flatMap((view) => this.judge(view, namespace, stored)));
    for (const [key, breach] of this.open)
      if (breach.namespace === namespace && !broken.has(key)) this.close(key, breach, stored.at);
  }

  end(): readonly string[] {
    for (const [key, breach] of this.open) this.close(key, breach, Number.POSITIVE_INFINITY);
    return this.found;
  }

  /** Endpoints outlive their pod for a moment. */
  private learnPod({ object }: Stored): void {
    const { uid, labels } = object["metadata"] as { uid?: string; labels?: Readonly<Record<string, string>> };
    const revision = labels?.[names.revision];
    if (revision !== undefined) this.revisionOfPod.set(uid, revision);
  }

  /** The keys of what is broken. */
  private judge(view: View, namespace: string, { revision, at: from }: Stored): string[] {
    return allInvariants.flatMap((invariant) => {
      const what = invariants[invariant](view);
      if (what === undefined) return [];
      const key = `${namespace}/${view.name}/${invariant}`;
      if (!this.open.has(key)) this.open.set(key, { invariant, namespace, component: view.name, what, revision, from });
      return [key];
    });
  }

  private close(key: string, breach: Breach, until: number): void {
    this.open.delete(key);
    if (!this.excused.some((excuse) => excuses(breach, until, excuse))) this.found.push(told(breach, until));
  }
}
