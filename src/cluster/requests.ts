import { setMaxListeners } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, type RequestOptions, request as sendRequest } from "node:https";
import { isObject, type JsonObject } from "../model/json.ts";
import { type Api, ApiError, type ApiRequest, errorOf, malformed, withdrawn } from "./api.ts";
import { backOff, type Clock, sleep } from "./clock.ts";
import { Deadline } from "./deadline.ts";
import { Slots } from "./slots.ts";
import { warningsIn } from "./warnings.ts";

/** How the API server is reached, and who calls. */
export interface Credentials {
  readonly server: URL;
  /** Certificates and headers. */
  readonly options: RequestOptions;
}

/** Credentials that change in the course of time. */
export interface CredentialSource {
  readonly namespace: string;
  current(): Promise<Credentials>;
  /** The API server did not accept these: the next ones are made anew. */
  refuse(credentials: Credentials): void;
}

const defaultDeadline = 10_000;
/** Calls at a time, and so connections beside those of the watches. */
const maxCalls = 8;
/** The API server closes connections after 90 s without use; ours go first. */
const idleTime = 30_000;

/** Requests over one agent that keeps connections alive. */
export class Requests implements Api {
  readonly namespace: string;
  private readonly agent = new Agent({ keepAlive: true, maxFreeSockets: maxCalls, timeout: idleTime });
  private readonly slots = new Slots(maxCalls);
  private readonly ending = new AbortController();
  private readonly source: CredentialSource;
  private readonly clock: Clock;
  private readonly onWarning: (text: string) => void;
  /** The API server said that it has too much to do, until when. */
  private throttle: { readonly error: ApiError; readonly endsAt: number } | undefined;

  constructor(source: CredentialSource, clock: Clock, onWarning = (_text: string): void => {}) {
    this.onWarning = onWarning;
    this.namespace = source.namespace;
    this.source = source;
    this.clock = clock;
    // Every call under way listens to it.
    setMaxListeners(0, this.ending.signal);
  }

  async call(request: ApiRequest): Promise<JsonObject> {
    const deadline = this.deadline(request.deadline ?? defaultDeadline, request.signal);
    try {
      if (request.isUrgent) return await this.attempt(request, deadline);
      return await this.slots.use(deadline.signal, () => this.attempt(request, deadline));
    } catch (error) {
      throw deadline.explain(error).about(request);
    } finally {
      deadline.end();
    }
  }

  async open(path: string, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    const deadline = this.deadline(defaultDeadline, signal);
    try {
      const answer = await this.send({ path }, deadline);
      if (answer.statusCode !== 200) throw await failure(answer);
      deadline.relax();
      answer.once("close", () => deadline.end());
      return answer;
    } catch (error) {
      deadline.end();
      throw deadline.explain(error).about({ path });
    }
  }

  close(): void {
    this.ending.abort();
    this.agent.destroy();
  }

  private deadline(milliseconds: number, signal: AbortSignal | undefined): Deadline {
    return new Deadline(this.clock, milliseconds, signal ? [this.ending.signal, signal] : [this.ending.signal]);
  }

  /** Tries until the API server has time for us, or the deadline leaves none for another try. */
  private async attempt(request: ApiRequest, deadline: Deadline): Promise<JsonObject> {
    for (let tries = 0; ; tries++) {
      if (!request.isUrgent) await this.pause(deadline);
      try {
        const answer = await this.send(request, deadline);
        warningsIn(answer.headersDistinct["warning"] ?? []).forEach(this.onWarning);
        return await read(answer);
      } catch (error) {
        if (!isThrottled(error)) throw error;
        const wait = Math.max((error.retryAfter ?? 1) * 1000, backOff(this.clock, tries));
        this.throttle = { error, endsAt: Math.max(this.throttle?.endsAt ?? 0, this.clock.now() + wait) };
        if (request.isUrgent) throw error;
      }
    }
  }

  /** Nobody asks an API server that has too much to do before the time that it gave. */
  private async pause(deadline: Deadline): Promise<void> {
    const { throttle } = this;
    const wait = (throttle?.endsAt ?? 0) - this.clock.now();
    if (!throttle || wait <= 0) return;
    // Not worth the wait: the caller gets to know when to come back.
    if (wait >= deadline.left()) throw throttle.error;
    await sleep(this.clock, wait, deadline.signal);
  }

  /** One request, and a second one where the credentials are stale. */
  private async send(request: ApiRequest, deadline: Deadline): Promise<IncomingMessage> {
    const credentials = await deadline.within(this.source.current());
    const answer = await this.exchange(request, credentials, deadline.signal);
    if (answer.statusCode !== 401) return answer;
    answer.resume();
    this.source.refuse(credentials);
    return this.exchange(request, await deadline.within(this.source.current()), deadline.signal);
  }

  /** A server can close an idle connection just as it is used again. Writes are not repeated blindly. */
  private async exchange(request: ApiRequest, credentials: Credentials, signal: AbortSignal): Promise<IncomingMessage> {
    const answer = await dispatch(request, credentials, this.agent, signal);
    if (answer !== "stale connection") return answer;
    const again = await dispatch(request, credentials, this.agent, signal);
    if (again === "stale connection") throw new Error("the API server closed the connection");
    return again;
  }
}

/** Too much to do, or starting, or ending: nothing was done. */
const isThrottled = (error: unknown): error is ApiError =>
  error instanceof ApiError && (error.status === 429 || (error.status === 503 && error.retryAfter !== undefined));

function dispatch(
  request: ApiRequest,
  { server, options }: Credentials,
  agent: Agent,
  signal: AbortSignal,
): Promise<IncomingMessage | "stale connection"> {
  const { method = "GET", path, body } = request;
  const text = body === undefined ? "" : JSON.stringify(body);
  const target = { host: server.hostname.replace(/^\[|\]$/g, ""), port: server.port || 443 };
  const fullPath = server.pathname.replace(/\/$/, "") + path;
  const headers = { ...options.headers, ...headersOf(request, text) };
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    if (request.holds?.() === false) throw new ApiError(withdrawn);
    const sent = sendRequest({ ...options, ...target, agent, method, path: fullPath, headers, signal });
    sent.once("response", resolve);
    sent.on("error", (error: NodeJS.ErrnoException) => {
      const isStale = sent.reusedSocket && error.code === "ECONNRESET" && method === "GET";
      if (isStale) resolve("stale connection");
      else reject(error);
    });
    sent.end(text);
  });
}

const headersOf = ({ method = "GET", body, contentType = "application/json" }: ApiRequest, text: string) => ({
  Accept: "application/json",
  "User-Agent": "rollguard",
  ...(body === undefined ? {} : { "Content-Type": contentType }),
  ...(method === "GET" ? {} : { "Content-Length": Buffer.byteLength(text) }),
});

async function read(answer: IncomingMessage): Promise<JsonObject> {
  if ((answer.statusCode ?? 0) >= 300) throw await failure(answer);
  const value = parsed(await textOf(answer));
  if (value === undefined) throw malformed("the API server did not answer with a JSON object");
  return value;
}

const failure = async (answer: IncomingMessage): Promise<ApiError> =>
  errorOf(answer.statusCode ?? 0, parsed(await textOf(answer)), answer.headers["retry-after"]);

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
