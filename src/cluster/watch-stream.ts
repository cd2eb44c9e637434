import { asText, isObject, type Json, type JsonObject, own } from "../model/json.ts";
import { type Api, errorOf, malformed } from "./api.ts";
import type { Clock } from "./clock.ts";
import { LineSplitter } from "./lines.ts";

export interface WatchEvent {
  /** ADDED, MODIFIED, DELETED, BOOKMARK, or what a later server may add. */
  readonly type: string;
  readonly object: JsonObject;
}

/** The server sends a bookmark every minute. */
const maxSilence = 90_000;

export interface Hearing {
  readonly api: Api;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The watch is open. */
  onOpen(): void;
  /** Something came, be it half a line. */
  onHeard(): void;
}

/** The events of a watch as they come, until the server ends it. Throws an ApiError where it fails, or is silent for 90 s. */
export async function* watchStream(
  path: string,
  { api, clock, signal, onOpen, onHeard }: Hearing,
): AsyncGenerator<WatchEvent> {
  const silence = new Silence(clock);
  try {
    const chunks = await api.open(path, AbortSignal.any([silence.signal, signal]));
    onOpen();
    const lines = new LineSplitter();
    for await (const chunk of chunks) {
      silence.broken();
      onHeard();
      for (const line of lines.push(chunk)) yield eventOf(parsed(line));
    }
  } finally {
    silence.end();
  }
}

/** Looks at the time once per silence, not once per chunk. */
class Silence {
  private readonly controller = new AbortController();
  private readonly clock: Clock;
  private since: number;
  private cancel = () => {};

  constructor(clock: Clock) {
    this.clock = clock;
    this.since = clock.now();
    this.look();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  broken(): void {
    this.since = this.clock.now();
  }

  end(): void {
    this.cancel();
  }

  private look(): void {
    const left = this.since + maxSilence - this.clock.now();
    if (left <= 0) this.controller.abort();
    else this.cancel = this.clock.after(left, () => this.look());
  }
}

/** What the parser says of a line would quote it. */
function parsed(line: string): Json {
  try {
    return JSON.parse(line) as Json;
  } catch {
    throw malformed("a line of a watch is no JSON");
  }
}

function eventOf(event: Json): WatchEvent {
  const type = asText(own(event, "type"));
  const object = own(event, "object");
  // A Status can come as an event of type ERROR, or bare.
  if (type === "ERROR" || type === undefined) {
    const status = object ?? event;
    throw errorOf(0, isObject(status) ? status : undefined);
  }
  if (!isObject(object)) throw malformed("an event of a watch without an object");
  return { type, object };
}
