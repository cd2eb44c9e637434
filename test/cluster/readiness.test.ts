import { expect } from "chai";
import { ApiError } from "../../src/cluster/api.ts";
import { unready } from "../../src/cluster/readiness.ts";
import type { WatchState } from "../../src/cluster/watch.ts";

const sound: WatchState = {
  kind: "Service",
  phase: "following",
  isSynced: true,
  silence: 30_000,
  lists: 1,
  rewinds: 0,
  faults: 0,
  failure: undefined,
};
const failure = (status: number, reason: string) => new ApiError({ status, reason, message: "" });

describe("cluster: readiness", () => {
  const rows: readonly [string, Partial<WatchState>, string | undefined][] = [
    ["all is well", {}, undefined],
    [
      "no list yet",
      { isSynced: false, silence: Number.POSITIVE_INFINITY },
      "the first list of kind Service is not complete",
    ],
    [
      "no right to list",
      { isSynced: false, failure: failure(403, "Forbidden") },
      "the first list of kind Service is not complete (Forbidden)",
    ],
    ["an API server that restarts", { silence: 60_000, failure: failure(0, "Unreachable") }, undefined],
    [
      "one that is away",
      { silence: 200_000, failure: failure(0, "Unreachable") },
      "nothing was heard of kind Service for more than a minute (Unreachable)",
    ],
    ["a kind that the cluster does not know", { silence: 900_000, failure: failure(404, "NotFound") }, undefined],
  ];
  for (const [name, state, reason] of rows) {
    it(name, () => expect(unready([sound, { ...sound, ...state }])).to.equal(reason));
  }
});
