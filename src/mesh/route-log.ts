/** A VirtualService as it was seen: who it is, which of its generations, and how it splits. */
export interface SeenRoute {
  readonly id: string;
  readonly generation: number;
  /** A text that is equal for equal splits. */
  readonly split: string;
}

/** The VirtualServices of a component, from a millisecond on. */
interface Seen {
  readonly from: number;
  readonly routes: readonly SeenRoute[];
}

/** What the routes of a component have been, oldest first, as far back as nothing was missed. */
export interface RouteLog {
  readonly seen: readonly Seen[];
  /** The millisecond from which on no generation was missed. */
  readonly knownFrom: number;
}

/** Steps of a rollout within a settle time are fewer. */
const maxSeen = 20;

/** One more look. Where there was nothing before, `isFirstEver` says that there never was: no route and no subset. */
export function logged(
  log: RouteLog | undefined,
  routes: readonly SeenRoute[],
  now: number,
  isFirstEver: boolean,
): RouteLog {
  const last = log?.seen.at(-1);
  if (!log || !last) return { seen: [{ from: now, routes }], knownFrom: isFirstEver ? Number.NEGATIVE_INFINITY : now };
  const step = stepOf(last.routes, routes);
  if (step === "none") return log;
  if (step === "gap") return { seen: [{ from: now, routes }], knownFrom: now };
  const seen = [...log.seen, { from: now, routes }].slice(-maxSeen);
  const isCut = seen.length <= log.seen.length;
  return { seen, knownFrom: isCut ? Math.max(log.knownFrom, seen[0]?.from ?? now) : log.knownFrom };
}

/** The same, once every proxy has the latest routes: nothing older is on its way any more. */
export const confirmedLog = ({ seen }: RouteLog): RouteLog => ({
  seen: seen.slice(-1),
  knownFrom: Number.NEGATIVE_INFINITY,
});

/** A route that went, or has gone on by more than one generation, may have been anything in between. */
function stepOf(before: readonly SeenRoute[], after: readonly SeenRoute[]): "none" | "next" | "gap" {
  const generations = new Map(before.map(({ id, generation }) => [id, generation]));
  const steps = after.map(({ id, generation }) => generation - (generations.get(id) ?? 0));
  const isWhole = before.every(({ id }) => after.some((route) => route.id === id));
  if (!isWhole || steps.some((step) => step < 0 || step > 1)) return "gap";
  return steps.some((step) => step === 1) ? "next" : "none";
}

/**
 * Whether a push that has the splits of now must be one of now. It may be an older one where a route was the same before,
 * and something else in between, within `memory` milliseconds: then to see it proves nothing.
 */
export function isUnmistakable({ seen, knownFrom }: RouteLog, memory: number): boolean {
  const now = seen.at(-1);
  if (now === undefined || now.from - knownFrom < memory) return false;
  const recent = seen.filter((_, index) => (seen[index + 1]?.from ?? Number.POSITIVE_INFINITY) > now.from - memory);
  return now.routes.every(({ id, split }) => {
    const splits = recent.map(({ routes }) => routes.find((route) => route.id === id)?.split);
    const changes = splits.filter((each, index) => each !== splits[index - 1]);
    return changes.indexOf(split) === changes.length - 1;
  });
}
