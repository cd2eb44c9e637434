import type { ServerOptions as HttpOptions } from "node:http";

/** What one client, or all of them together, may cost. Times are in milliseconds. */
export interface Limits {
  /** An update carries two objects of up to 1.5 MiB each, and text in JSON can be several times as long. */
  readonly bodyBytes: number;
  readonly bodyMs: number;
  readonly bodiesInFlight: number;
  readonly bytesInFlight: number;
  /** When all places are taken, a body that is still incomplete after this time gives up its own. */
  readonly laggardMs: number;
  readonly headerLines: number;
  readonly headersMs: number;
  readonly requestMs: number;
  /** How long the rest of a refused body is read: a reset would overtake the answer. */
  readonly lingerMs: number;
  readonly checkMs: number;
  /** How long a stopping server waits for what is in flight. */
  readonly stopMs: number;
}

export const defaultLimits: Limits = {
  bodyBytes: 8 * 1024 * 1024,
  bodyMs: 5_000,
  bodiesInFlight: 64,
  bytesInFlight: 256 * 1024 * 1024,
  laggardMs: 1_000,
  headerLines: 100,
  headersMs: 10_000,
  requestMs: 15_000,
  lingerMs: 1_000,
  checkMs: 1_000,
  stopMs: 6_000,
};

/** More than a few API servers with 25 idle connections each, and few enough to hold in memory. */
export const maxConnections = 2_048;

/**
 * The API server keeps idle connections for 90 s and does not send a POST again, so we must never be the first to close.
 * A missing Host is refused by our own code: Node's answer would have no body.
 */
export const httpOptions = (limits: Limits): HttpOptions => ({
  keepAliveTimeout: 185_000,
  headersTimeout: limits.headersMs,
  requestTimeout: limits.requestMs,
  connectionsCheckingInterval: limits.checkMs,
  maxHeaderSize: 16 * 1024,
  requireHostHeader: false,
  insecureHTTPParser: false,
});
