export type Log = (
  message: string,
  fields?: Readonly<Record<string, string | number>>,
  /** `info` unless said otherwise; what went wrong is at least a warning. */
  level?: "info" | "warn" | "error",
) => void;

/** What was said last of each Application. */
export class Said {
  private readonly last = new Map<string, string>();
  private readonly log: Log;

  constructor(log: Log) {
    this.log = log;
  }

  /** Whether it is news. */
  tell(key: string, why: string): boolean {
    if (this.last.get(key) === why) return false;
    this.last.set(key, why);
    this.log(why, { application: key });
    return true;
  }

  forget(key: string): void {
    this.last.delete(key);
  }
}
