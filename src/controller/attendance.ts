import type { Api } from "../cluster/api.ts";
import type { Clock } from "../cluster/clock.ts";
import { resources } from "../cluster/resources.ts";
import { read } from "../cluster/writes.ts";
import type { MeshProxy } from "../mesh/proxies.ts";
import { absent, attended, podOf, type RollCall } from "../mesh/roll-call.ts";
import { asText, at } from "../model/json.ts";

export interface AttendanceOptions {
  readonly api: Api;
  readonly clock: Clock;
  readonly settleSeconds: number;
}

/** Pods that are looked up at a time. */
const maxLookups = 10;

/** Which proxies are there, so that one between two istiods is not taken for none. */
export class Attendance {
  private known: RollCall = new Map();
  private readonly options: AttendanceOptions;

  constructor(options: AttendanceOptions) {
    this.options = options;
  }

  /** Whether nobody is missing who was there within the settle time. Who has no pod any more routes nothing. */
  async isWhole(present: readonly MeshProxy[]): Promise<boolean> {
    const { api, clock, settleSeconds } = this.options;
    const now = clock.now();
    this.known = attended(this.known, present, now, settleSeconds * 1000);
    const missing = absent(this.known, now);
    const looked = missing.slice(0, maxLookups);
    const gone = await Promise.all(looked.map((id) => isGone(api, id)));
    const forgotten = new Set(looked.filter((_, index) => gone[index]));
    this.known = new Map([...this.known].filter(([id]) => !forgotten.has(id)));
    return missing.length === forgotten.size;
  }
}

async function isGone(api: Api, proxy: string): Promise<boolean> {
  const place = podOf(proxy);
  if (!place) return false;
  const pod = await read(api, resources.Pod, place.namespace, place.name);
  return !pod || /^(Succeeded|Failed)$/.test(asText(at(pod, "status", "phase")) ?? "");
}
