import type { SmallWorld } from "./model-state.ts";
import { apply, canary, canarySteps, first, resume } from "./small-shop.ts";

/** Larger ones, explored as far as the time allows. */
export const largerWorlds: readonly SmallWorld[] = [
  { name: "canary with approval, everything dies", acts: [first, canary, resume], deaths: 2, crashes: 2 },
  {
    name: "terminated at any moment, and pods die",
    acts: [first, canary, { command: "terminate" }],
    deaths: 1,
    crashes: 1,
  },
  {
    name: "superseded, with deaths",
    acts: [first, canary, apply({ image: 3, batches: [1, 1], steps: canarySteps("web-v3", "web-v1") }), resume],
    deaths: 1,
    crashes: 1,
  },
  {
    name: "three pods, three batches",
    acts: [
      apply({ image: 1, size: 3 }),
      apply({ image: 2, size: 3, batches: [1, 1, 1], hasGateway: true }),
      apply({ image: 1, size: 3 }),
    ],
    deaths: 1,
    crashes: 1,
  },
  {
    name: "rollback by a pin, with deaths",
    acts: [first, canary, apply({ image: 2, pin: "web-v1" })],
    deaths: 2,
    crashes: 1,
  },
  {
    name: "scaled up and down, and pods die",
    acts: [first, apply({ image: 1, size: 3, batches: [1] }), apply({ image: 1, size: 1, batches: [1, 1] })],
    deaths: 1,
    crashes: 1,
  },
];
