/** Where requests go, and how many. */
export interface LoadOptions {
  readonly host: string;
  readonly port: number;
  readonly hostHeader: string;
  readonly path: string;
  /** Requests per second. */
  readonly rate: number;
  /** It ends by itself after so long. */
  readonly seconds: number;
}

/** Answers since the window before; `sent` counts from the start. */
export interface LoadWindow {
  readonly at: number;
  readonly sent: number;
  /** By status and revision, such as "200 reviews-v1", or by status and text, or "error" and its message. */
  readonly counts: Readonly<Record<string, number>>;
}

export class LoadReport {
  readonly windows: readonly LoadWindow[];

  constructor(windows: readonly LoadWindow[]) {
    this.windows = windows;
  }

  static parse(text: string): LoadReport {
    const lines = text.split("\n").filter((line) => line.startsWith("{") && line.endsWith("}"));
    return new LoadReport(lines.map((line) => JSON.parse(line) as LoadWindow));
  }

  get sent(): number {
    return this.windows.at(-1)?.sent ?? 0;
  }

  /** The part that was answered from one instant to another, in milliseconds since 1970. */
  between(from: number, to: number): LoadReport {
    return new LoadReport(this.windows.filter(({ at }) => at >= from && at <= to));
  }

  get counts(): Readonly<Record<string, number>> {
    const sum: Record<string, number> = {};
    for (const { counts } of this.windows) {
      for (const [key, n] of Object.entries(counts)) sum[key] = (sum[key] ?? 0) + n;
    }
    return sum;
  }

  get answered(): number {
    return Object.values(this.counts).reduce((a, b) => a + b, 0);
  }

  /** Everything but a 200. */
  get failures(): Readonly<Record<string, number>> {
    return Object.fromEntries(Object.entries(this.counts).filter(([key]) => !key.startsWith("200 ")));
  }

  /** How far, in standard deviations, a revision's number of answers is from what its weight lets expect. */
  deviation(revision: string, weight: number): number {
    const n = this.answered;
    const p = weight / 100;
    const seen = this.counts[`200 ${revision}`] ?? 0;
    const sigma = Math.sqrt(n * p * (1 - p));
    if (sigma === 0) return seen === n * p ? 0 : Number.POSITIVE_INFINITY;
    return Math.abs(seen - n * p) / sigma;
  }
}
