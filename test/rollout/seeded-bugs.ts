/** A bug that is put into the compiled program: one text of a file of src/rollout, which must be there once, for another. */
export interface SeededBug {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly put: string;
  /** The small world that it shows in. */
  readonly world: string;
}

export const seededBugs: readonly SeededBug[] = [
  {
    name: "the route before the new pods are ready",
    world: "first deployment",
    file: "batch",
    find: "const pending = grow(target, pods) ?? (situation.routed ? shift(situation, goal, index, target, source) : undefined);",
    put: "const pending = (situation.routed ? shift(situation, goal, index, target, source) : undefined) ?? grow(target, pods);",
  },
  {
    name: "old pods go before the proxies have settled",
    world: "canary with approval",
    file: "batch",
    find: "const seconds = settlesIn(situation);",
    put: "const seconds = 0;",
  },
  {
    name: "old pods go before the weights",
    world: "canary with approval",
    file: "batch",
    find: "if (!source)\n        return pending;",
    put: 'if (source && source.replicas > left && target.ready >= pods)\n        return { kind: "scale", revision: source.name, replicas: left };\n    if (!source)\n        return pending;',
  },
  {
    name: "the route before its subset",
    world: "first deployment",
    file: "route",
    find: "if (missing.length > 0)",
    put: "if (false)",
  },
  {
    name: "no pause after a new subset",
    world: "first deployment",
    file: "route",
    find: "situation.subsetsUsableIn > 0",
    put: "false",
  },
  {
    name: "a new subset replaces the others",
    world: "canary with approval",
    file: "route",
    find: "[...situation.subsets, ...missing]",
    put: "[...missing]",
  },
  {
    name: "dead pods keep their weight",
    world: "canary pods die",
    file: "rescue",
    find: "?? leaveDead(situation, situation.weights)",
    put: "?? undefined",
  },
  {
    name: "lost subsets do not come back",
    world: "subsets deleted by hand",
    file: "rescue",
    find: "if (missing.length > 0)",
    put: "if (false)",
  },
  {
    name: "the weight of dead pods is lost",
    world: "canary pods die",
    file: "rescue",
    find: "[heir]: weightOf(weights, heir) + lost",
    put: "[heir]: weightOf(weights, heir)",
  },
  {
    name: "nothing is rescued",
    world: "canary pods die",
    file: "decide",
    find: "const rescued = rescue(situation, goal);",
    put: "const rescued = undefined;",
  },
  {
    name: "a batch too few",
    world: "canary with approval",
    file: "situation",
    find: "batches.slice(0, index + 1)",
    put: "batches.slice(0, index)",
  },
  {
    name: "every batch is all of them",
    world: "canary with approval",
    file: "situation",
    find: "index >= batches.length - 1 ? size",
    put: "index >= 0 ? size",
  },
  {
    name: "a route settles at once",
    world: "canary with approval",
    file: "component",
    find: "routeSettlesIn: left(ages.route, observed.settleSeconds)",
    put: "routeSettlesIn: 0",
  },
  {
    name: "subsets are never pruned",
    world: "canary with approval",
    file: "decide",
    find: "if (gone === undefined)",
    put: "if (true)",
  },
  {
    name: "nobody waits for pods",
    world: "first deployment",
    file: "move",
    find: "return revision.ready < pods ? awaitPods(revision, pods) : undefined;",
    put: "return undefined;",
  },
  {
    name: "a failed rollout does not come back",
    world: "never ready, and back by itself",
    file: "component",
    find: "const target = returns ? stable : desired;",
    put: "const target = desired;",
  },
  {
    name: "a stable revision is not marked",
    world: "first deployment",
    file: "record",
    find: 'decision.phase !== "Complete" ||',
    put: "true ||",
  },
  {
    name: "a stable mark follows the clock alone",
    world: "content flipped back",
    file: "record",
    find: "Math.max(now, ...known.map(",
    put: "Math.max(now, ...[].map(",
  },
  {
    name: "pods that are stuck fail no step",
    world: "never ready",
    file: "progress",
    find: 'if (move.on === "stuck")',
    put: "if (false)",
  },
  {
    name: "the weight of a step is ignored",
    world: "canary with approval",
    file: "goal",
    find: "weight: targets.find(({ revision }) => revision === situation.target)?.weight ?? 0",
    put: "weight: undefined",
  },
  {
    name: "the partition of a step is ignored",
    world: "canary with approval",
    file: "goal",
    find: "partition: Math.min(batchPartition, lastBatch(situation))",
    put: "partition: lastBatch(situation)",
  },
  {
    name: "a suspend step does not suspend",
    world: "canary with approval",
    file: "steps/suspend",
    find: 'phase: "suspending"',
    put: 'phase: "succeeded"',
  },
  {
    name: "a suspended workflow goes on by itself",
    world: "canary with approval",
    file: "engine",
    find: "if (previous.suspend && due.length === 0)",
    put: "if (false)",
  },
  {
    name: "a resumed workflow stays",
    world: "canary with approval",
    file: "engine",
    find: "suspend: isStillWaiting",
    put: "suspend: true",
  },
  {
    name: "a split does not add up",
    world: "canary with approval",
    file: "weights",
    find: "[rest]: 100 - weight",
    put: "[rest]: 90 - weight",
  },
];
