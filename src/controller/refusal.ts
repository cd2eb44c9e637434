import { type ApiError, asApiError } from "../cluster/api.ts";
import type { Trouble } from "../rollout/conditions.ts";

/** What is written: its kind, and its name. */
export interface Place {
  readonly kind: string;
  readonly name: string;
  /** Where only a part of it is written, which waits for itself. */
  readonly part?: "status" | "annotations";
}

/** How a write that failed goes on. */
export interface Refusal {
  /** What people are told; undefined while it may still be a matter of moments. */
  readonly trouble: Trouble | undefined;
  /** Milliseconds between tries grow up to this. */
  readonly mostWait: number;
}

/** So many conflicts, or failures that may be over in a moment, in a row are no coincidence. */
const manyTimes = 5;
const meshKinds: readonly string[] = ["VirtualService", "DestinationRule", "Gateway"];

/**
 * Whether the API server has answered, and the answer is about this write: then others are not concerned. What nobody could
 * be asked, or what has too much to do for everybody, is not.
 */
export const isAnswer = (error: unknown): boolean => {
  const { status } = asApiError(error);
  return status >= 400 && ![401, 429, 503, 504].includes(status);
};

/** What a write that failed so many times in a row comes to. */
export function refusalOf({ kind, name, part }: Place, error: ApiError, times: number): Refusal {
  const what = part === undefined ? `${kind} ${name}` : `${kind} ${name} (${part})`;
  if (error.isConflict)
    return {
      trouble: times < manyTimes ? undefined : { type: "Conflict", message: inTheWay(what) },
      mostWait: 5_000,
    };
  // Nobody answered, or a part of what has just gone was written: that is over in a moment, or it is not.
  const isMoment = !isAnswer(error) || (error.isNotFound && part !== undefined);
  if (isMoment && times < manyTimes) return { trouble: undefined, mostWait: 30_000 };
  const isOfMesh = meshKinds.includes(kind) && (error.status >= 500 || /admission webhook/.test(error.message));
  const message = `${what} ${isAnswer(error) ? `is refused by the API server: ${said(error)}` : `could not be written (${error.reason})`}; it is tried again until it is accepted`;
  return {
    trouble: { type: isOfMesh ? "MeshConfigRejected" : "Blocked", message },
    // What cannot be asked comes back by itself, and soon; for the rest somebody has to do something.
    mostWait: error.status >= 500 ? 10_000 : 30_000,
  };
}

/** Without the number of tries: a message that changes with each of them is news to nobody, and an Event and a write of the status each time. */
const inTheWay = (what: string): string =>
  `${what} could not be written again and again: somebody else writes it too, or one of that name stands in the way; ` +
  "it is tried again until it is possible";

const maxSaid = 300;

/** Without what was asked, which says nothing to people. */
function said({ message }: ApiError): string {
  const text = message.replace(/^[A-Z]+ \/\S*: /, "");
  return text.length > maxSaid ? `${text.slice(0, maxSaid)} ...` : text;
}
