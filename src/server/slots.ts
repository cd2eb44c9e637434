import type { Limits } from "./limits.ts";

/** The place of one body in flight. */
export interface Slot {
  /** Called when the place is given to another. */
  cut: () => void;
  /** Counts bytes of the body; false where all bodies together would hold too many. */
  grow(bytes: number): boolean;
  /** The body has arrived: from now on its place is not given to others. */
  arrived(): void;
  free(): void;
}

export interface Slots {
  /** A place, or undefined where none is free. */
  take(): Slot | undefined;
  held(): number;
}

/**
 * Places for the bodies in flight. When all are taken, the body that has been incomplete the longest gives up its place
 * once it is late, so that slow clients cannot shut out the API server.
 */
export function makeSlots(limits: Limits): Slots {
  const reading = new Map<Slot, number>();
  let held = 0;
  let total = 0;
  const evictLaggard = (): void => {
    const [oldest] = reading;
    if (!oldest || performance.now() - oldest[1] < limits.laggardMs) return;
    oldest[0].free();
    oldest[0].cut();
  };
  const take = (): Slot | undefined => {
    if (held >= limits.bodiesInFlight) evictLaggard();
    if (held >= limits.bodiesInFlight) return undefined;
    let size = 0;
    let isFree = false;
    const slot: Slot = {
      cut: () => {},
      grow: (bytes) => {
        if (isFree || total + bytes > limits.bytesInFlight) return false;
        size += bytes;
        total += bytes;
        return true;
      },
      arrived: () => reading.delete(slot),
      free: () => {
        reading.delete(slot);
        if (isFree) return;
        isFree = true;
        held -= 1;
        total -= size;
      },
    };
    held += 1;
    reading.set(slot, performance.now());
    return slot;
  };
  return { take, held: () => held };
}
