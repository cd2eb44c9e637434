/** A VirtualService, or a DestinationRule, as it was seen: who it is, which of its generations, and what proxies show of it. */
export interface SeenState {
  readonly id: string;
  readonly generation: number;
  /** A text that is equal for equal splits, or equal subsets. */
  readonly content: string;
}

/** Those of a component, from a millisecond on. */
interface Seen {
  readonly from: number;
  readonly states: readonly SeenState[];
}

/** What they have been, oldest first, as far back as nothing was missed. */
export interface StateLog {
  readonly seen: readonly Seen[];
  /** The millisecond from which on no generation was missed. */
  readonly knownFrom: number;
}

/** Steps of a rollout within a settle time are fewer. */
const maxSeen = 20;

/** One more look. At the first one, `knownFrom` is the millisecond since which anything else would have been seen. */
export function logged(
  log: StateLog | undefined,
  states: readonly SeenState[],
  now: number,
  knownFrom: number,
): StateLog {
  const last = log?.seen.at(-1);
  if (!log || !last) return { seen: [{ from: now, states }], knownFrom };
  const step = stepOf(last.states, states);
  if (step === "none") return log;
  if (step === "gap") return { seen: [{ from: now, states }], knownFrom: now };
  const seen = [...log.seen, { from: now, states }].slice(-maxSeen);
  const isCut = seen.length <= log.seen.length;
  return { seen, knownFrom: isCut ? Math.max(log.knownFrom, seen[0]?.from ?? now) : log.knownFrom };
}

/** The same, once every proxy has the latest: nothing older is on its way any more. */
export const confirmedLog = ({ seen }: StateLog): StateLog => ({
  seen: seen.slice(-1),
  knownFrom: Number.NEGATIVE_INFINITY,
});

/** One that went, or has gone on by more than one generation, may have been anything in between. */
function stepOf(before: readonly SeenState[], after: readonly SeenState[]): "none" | "next" | "gap" {
  const generations = new Map(before.map(({ id, generation }) => [id, generation]));
  const steps = after.map(({ id, generation }) => generation - (generations.get(id) ?? 0));
  const isWhole = before.every(({ id }) => after.some((state) => state.id === id));
  if (!isWhole || steps.some((step) => step < 0 || step > 1)) return "gap";
  return steps.some((step) => step === 1) ? "next" : "none";
}

/**
 * Whether a push that has the content of now must be one of now. It may be an older one where that was the same before,
 * and something else in between, within `memory` milliseconds: then to see it proves nothing.
 */
export function isUnmistakable({ seen, knownFrom }: StateLog, memory: number): boolean {
  const now = seen.at(-1);
  if (now === undefined || now.from - knownFrom < memory) return false;
  const recent = seen.filter((_, index) => (seen[index + 1]?.from ?? Number.POSITIVE_INFINITY) > now.from - memory);
  return now.states.every(({ id, content }) => {
    const contents = recent.map(({ states }) => states.find((state) => state.id === id)?.content);
    const changes = contents.filter((each, index) => each !== contents[index - 1]);
    return changes.indexOf(content) === changes.length - 1;
  });
}
