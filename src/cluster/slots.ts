/** So many at a time; the others wait in order. */
export class Slots {
  private free: number;
  private readonly waiting = new Set<() => void>();

  constructor(free: number) {
    this.free = free;
  }

  async use<T>(signal: AbortSignal, act: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await this.turn(signal);
    try {
      return await act();
    } finally {
      this.pass();
    }
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.waiting.delete(enter);
        reject(signal.reason);
      };
      const enter = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      if (signal.aborted) return reject(signal.reason);
      this.waiting.add(enter);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  private pass(): void {
    const [next] = this.waiting;
    if (!next) {
      this.free++;
      return;
    }
    this.waiting.delete(next);
    next();
  }
}
