import type { SmallWorld } from "./model-state.ts";
import { apply, canary, canaryStep, canarySteps, first, impatient, last, restart, resume } from "./small-shop.ts";

/** Worlds that are explored completely: each script at any speed, with pods and a controller that may die. */
export const smallWorlds: readonly SmallWorld[] = [
  { name: "first deployment", acts: [apply({ image: 1, batches: [1, 1] })], deaths: 1, crashes: 1 },
  { name: "canary with approval", acts: [first, canary, resume], deaths: 0, crashes: 1 },
  { name: "canary pods die", acts: [first, canary, resume], deaths: 1, crashes: 0 },
  { name: "rollback by a pin", acts: [first, canary, apply({ image: 2, pin: "web-v1" })], deaths: 0, crashes: 1 },
  {
    name: "superseded",
    acts: [first, canary, apply({ image: 3, batches: [1, 1], steps: canarySteps("web-v3", "web-v1") }), resume],
    deaths: 0,
    crashes: 0,
  },
  {
    name: "plain update behind a gateway",
    acts: [apply({ image: 1, hasGateway: true }), apply({ image: 2, batches: [1, 1], hasGateway: true })],
    deaths: 1,
    crashes: 0,
  },
  {
    name: "content flipped back",
    acts: [apply({ image: 1, size: 1 }), apply({ image: 2, size: 1 }), apply({ image: 1, size: 1 })],
    deaths: 0,
    crashes: 1,
  },
  {
    name: "scaled down",
    acts: [apply({ image: 1, size: 3 }), apply({ image: 1, size: 1, batches: [1, 1] })],
    deaths: 0,
    crashes: 1,
  },
  {
    name: "scaled up and down",
    acts: [first, apply({ image: 1, size: 3, batches: [1] }), apply({ image: 1, size: 1, batches: [1, 1] })],
    deaths: 0,
    crashes: 1,
  },
  {
    name: "suspended, terminated, restarted",
    acts: [first, canary, { command: "suspend" }, resume, { command: "terminate" }, restart],
    deaths: 0,
    crashes: 0,
  },
  {
    name: "all pods before all traffic, restarted",
    acts: [first, apply({ image: 2, steps: [canaryStep(0, { "web-v1": 75, "web-v2": 25 }), last] }), restart],
    deaths: 0,
    crashes: 1,
  },
  {
    name: "three pods, restarted at the second",
    acts: [
      apply({ image: 1, size: 3 }),
      apply({
        image: 2,
        size: 3,
        batches: [1, 1, 1],
        steps: [
          canaryStep(0, { "web-v1": 67, "web-v2": 33 }),
          canaryStep(1, { "web-v1": 34, "web-v2": 66 }),
          { name: "halfway", type: "suspend" },
        ],
      }),
      restart,
    ],
    deaths: 0,
    crashes: 0,
  },
  {
    name: "a step times out, and is taken back",
    acts: [first, apply({ image: 2, batches: [1, 1], steps: impatient("batch-0") }), { late: "batch-0" }],
    deaths: 0,
    crashes: 0,
  },
  {
    name: "nobody approves in time, or somebody just does",
    acts: [first, apply({ image: 2, batches: [1, 1], steps: impatient("approval") }), { late: "approval" }, resume],
    deaths: 0,
    crashes: 0,
  },
  { name: "never ready", acts: [first, canary], deaths: 0, crashes: 1, failing: ["web-v2"] },
  {
    name: "never ready, and back by itself",
    acts: [
      apply({ image: 1, annotations: { "rollguard.dev/on-failure": "rollback" } }),
      apply({ image: 2, batches: [1, 1], annotations: { "rollguard.dev/on-failure": "rollback" } }),
    ],
    deaths: 0,
    crashes: 1,
    failing: ["web-v2"],
  },
  {
    name: "never ready, back by itself, restarted",
    acts: [
      apply({ image: 1, annotations: { "rollguard.dev/on-failure": "rollback" } }),
      apply({ image: 2, batches: [1, 1], annotations: { "rollguard.dev/on-failure": "rollback" } }),
      restart,
    ],
    deaths: 0,
    crashes: 1,
    failing: ["web-v2"],
  },
  {
    name: "superseded, and back at once",
    acts: [
      first,
      canary,
      apply({
        image: 3,
        batches: [1, 1],
        steps: canarySteps("web-v3", "web-v1"),
        annotations: { "rollguard.dev/return": "at-once" },
      }),
    ],
    deaths: 0,
    crashes: 0,
  },
  {
    name: "superseded when the stable revision is dead",
    acts: [
      first,
      canary,
      { dies: "web-v1" },
      apply({ image: 3, batches: [1, 1], steps: canarySteps("web-v3", "web-v1") }),
    ],
    deaths: 0,
    crashes: 0,
  },
  {
    name: "the stable revision dies, and a plain update comes",
    acts: [first, canary, { dies: "web-v1" }, apply({ image: 3, batches: [1, 1] })],
    deaths: 0,
    crashes: 0,
  },
  {
    name: "terminated at any moment",
    acts: [first, canary, { command: "terminate" }],
    deaths: 0,
    crashes: 1,
  },
  {
    name: "the rollout trait comes and goes",
    acts: [apply({ image: 1, hasTrait: false }), first, apply({ image: 1, hasTrait: false })],
    deaths: 0,
    crashes: 1,
  },
  {
    name: "ports close in mid-canary",
    acts: [first, canary, apply({ image: 2, batches: [1, 1], hasService: false })],
    deaths: 0,
    crashes: 1,
  },
  {
    name: "subsets deleted by hand",
    acts: [first, canary, { delete: "DestinationRule/default/web" }, resume],
    deaths: 0,
    crashes: 0,
  },
  {
    name: "route deleted by hand",
    acts: [first, canary, { delete: "VirtualService/default/web" }, resume],
    deaths: 0,
    crashes: 0,
  },
  {
    name: "revision deleted by hand",
    acts: [first, canary, { delete: "ControllerRevision/default/web-v1" }, resume],
    deaths: 0,
    crashes: 0,
  },
];
