/** Steps between numbered states, kept flat: there are millions of them. */
export class Paths {
  private readonly from: number[] = [];
  private readonly to: number[] = [];

  add(from: number, to: number): void {
    this.from.push(from);
    this.to.push(to);
  }

  /** A state from which no path leads to any of the `ends`; undefined where there is none. */
  cutOff(states: number, ends: readonly number[]): number | undefined {
    const { first, sources } = this.backwards(states);
    const reaches = new Uint8Array(states);
    const queue = [...ends];
    for (const id of queue) reaches[id] = 1;
    while (queue.length > 0) {
      const id = queue.pop() ?? 0;
      for (const source of sources.subarray(first[id], first[id + 1])) {
        if (reaches[source]) continue;
        reaches[source] = 1;
        queue.push(source);
      }
    }
    const stuck = reaches.indexOf(0);
    return stuck < 0 ? undefined : stuck;
  }

  /** The sources of every state: those of state `i` lie from `first[i]` up to `first[i + 1]`. */
  private backwards(states: number): { first: Uint32Array; sources: Uint32Array } {
    const first = new Uint32Array(states + 2);
    for (const id of this.to) first[id + 2] = (first[id + 2] ?? 0) + 1;
    for (let id = 2; id < first.length; id++) first[id] = (first[id] ?? 0) + (first[id - 1] ?? 0);
    const sources = new Uint32Array(this.to.length);
    for (const [step, id] of this.to.entries()) {
      const place = first[id + 1] ?? 0;
      sources[place] = this.from[step] ?? 0;
      first[id + 1] = place + 1;
    }
    return { first, sources };
  }
}
