import { readFileSync } from "node:fs";
import type { Json } from "../../src/model/json.ts";

/** What a real istiod answered, at 90/10 and then at 100 %; for clusters, with the subset `reviews-v1` and then with `reviews-v2` too. */
export interface Recorded {
  /** DiscoveryResponses with routes for the two kinds of proxies, as protocol buffers in base64. */
  readonly sidecar: string;
  readonly router: string;
  /** The same with clusters, for a sidecar. */
  readonly clusters: string;
  readonly syncz: readonly Json[];
}

export const recorded = JSON.parse(readFileSync("test/mesh/recorded.json", "utf8")) as {
  readonly before: Recorded;
  readonly after: Recorded;
};
