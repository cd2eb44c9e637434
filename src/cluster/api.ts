import { asInteger, asList, asText, at, type Json, type JsonObject, own } from "../model/json.ts";
import type { KubeObject } from "../model/world.ts";

export interface ApiRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With its query. */
  readonly path: string;
  readonly body?: JsonObject;
  /** JSON unless said otherwise; a PATCH says which kind it is. */
  readonly contentType?: string;
  /** Milliseconds until the call fails, its retries included: 10 s unless said otherwise. */
  readonly deadline?: number;
  readonly signal?: AbortSignal;
  /** Does not wait behind other calls: leases and what a webhook asks. */
  readonly isUrgent?: boolean;
  /** Whether it is still to be made: asked before each time that it is sent, however long it waited. `Withdrawn` where not. */
  holds?(): boolean;
}

/** An API server, as one identity. Objects come and go raw: no field is lost. Every failure is an ApiError. */
export interface Api {
  /** Namespace of the context in the kubeconfig, or of the pod. */
  readonly namespace: string;
  call(request: ApiRequest): Promise<KubeObject>;
  /** The bytes of a watch, until the signal or the server ends it. */
  open(path: string, signal: AbortSignal): Promise<AsyncIterable<Buffer>>;
  /** Ends all calls and connections. */
  close(): void;
}

/** What helps after a failure. */
export type Remedy =
  /** Somebody wrote in between: observe again, and decide anew. */
  | "observe"
  /** The server is not able to, now: the same again, after `retryAfter` or a pause that grows. */
  | "wait"
  /** The server does not accept it: it makes no sense again until somebody has changed something. */
  | "change";

export interface Failure {
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** `Conflict`, `NotFound`, ... as the API server has it; `Timeout`, `Unreachable`, `Aborted`, `Withdrawn`, `Malformed`, `NoCredentials` where it said nothing. */
  readonly reason: string;
  readonly message: string;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
  readonly details?: Details | undefined;
}

/** What about which object is wrong (metav1.StatusDetails), each fault with its field. */
export interface Details {
  readonly kind: string;
  readonly name: string;
  readonly causes: readonly { readonly field: string; readonly message: string }[];
}

/** A call that failed: what was asked, and what the API server said to it. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;
  readonly retryAfter: number | undefined;
  readonly details: Details | undefined;

  constructor({ status, reason, message, retryAfter, details }: Failure) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.reason = reason;
    this.retryAfter = retryAfter;
    this.details = details;
  }

  /** Somebody wrote in between: what the write was decided on is no longer so. */
  get isConflict(): boolean {
    return this.status === 409;
  }

  get isNotFound(): boolean {
    return this.status === 404;
  }

  /** The revision that was asked for is no longer, or not yet, there: only a new list helps. */
  get isGone(): boolean {
    return (
      this.status === 410 ||
      /^(Gone|Expired|ResourceExpired)$/.test(this.reason) ||
      /too large resource version/i.test(this.message)
    );
  }

  /** A write may have happened all the same: look before it is repeated. */
  get isUncertain(): boolean {
    return this.status === 0 || this.status === 500 || this.status === 504;
  }

  get remedy(): Remedy {
    if (this.isConflict || this.isGone) return "observe";
    if (this.reason === "NoCredentials") return "change";
    return this.status === 0 || this.status === 429 || this.status >= 500 ? "wait" : "change";
  }

  /** The same, saying what was asked: the method and the path, never a body. */
  about({ method = "GET", path }: Pick<ApiRequest, "method" | "path">): ApiError {
    const { status, reason, retryAfter, details } = this;
    const message = `${method} ${path.split("?")[0]}: ${this.message}`;
    return new ApiError({ status, reason, message, retryAfter, details });
  }
}

/** What somebody else threw: the system, with its code in the message. */
export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError
    ? error
    : new ApiError({
        status: 0,
        reason: "Unreachable",
        message: error instanceof Error ? error.message : String(error),
      });

export const withdrawn: Failure = {
  status: 0,
  reason: "Withdrawn",
  message: "it was not sent: what it rests on has ended",
};

export const malformed = (message: string): ApiError => new ApiError({ status: 0, reason: "Malformed", message });

/** What a Status object (metav1.Status), or an answer that is none, says about a failure. */
export function errorOf(httpStatus: number, answer: JsonObject | undefined, retryAfterHeader?: string): ApiError {
  const stated = asInteger(at(answer, "details", "retryAfterSeconds"));
  const header = /^\d+$/.test(retryAfterHeader ?? "") ? Number(retryAfterHeader) : undefined;
  const status = httpStatus >= 400 ? httpStatus : (asInteger(own(answer, "code")) ?? httpStatus);
  return new ApiError({
    status,
    reason: asText(own(answer, "reason")) || `HTTP${status}`,
    message: clean(asText(own(answer, "message")) ?? "") || `the API server answered with HTTP status ${status}`,
    retryAfter: header ?? stated,
    details: detailsOf(own(answer, "details")),
  });
}

function detailsOf(details: Json | undefined): Details | undefined {
  const causes = asList(own(details, "causes")).map((cause) => ({
    field: asText(own(cause, "field")) ?? "",
    message: clean(asText(own(cause, "message")) ?? ""),
  }));
  if (causes.length === 0) return undefined;
  return { kind: asText(own(details, "kind")) ?? "", name: asText(own(details, "name")) ?? "", causes };
}

const maxMessage = 512;

/** The API server quotes what it does not understand: `got &value.valueUnstructured{Value:map[...` is the object itself. */
function clean(message: string): string {
  const told = message.replace(/\s*(&[\w.]+\{|map\[string\]).*$/s, " ...");
  return told.length > maxMessage ? `${told.slice(0, maxMessage)} ...` : told;
}
