import { asInteger, asList, asText, at, own } from "../../src/model/json.ts";
import { nameOf } from "../../src/model/world.ts";
import type { Replay } from "./replay.ts";
import { application, phaseOf, weightsIn } from "./stand.ts";

/** How far the story of reviews has come in a namespace. */
interface Moment {
  readonly phase: string | undefined;
  readonly step: string | undefined;
  readonly revisions: readonly string[];
  readonly subsets: readonly string[];
  readonly weights: Readonly<Record<string, number>>;
  /** Wanted pods by revision; no member where there is no Deployment. */
  readonly pods: Readonly<Record<string, number>>;
}

export function momentIn(now: Replay, namespace: string): Moment {
  const steps = asList(at(application(now, namespace), "status", "workflow", "steps"));
  const subsets = asList(at(now.get("DestinationRule", namespace, "reviews"), "spec", "subsets"));
  const pods = now
    .in(namespace, "Deployment")
    .map((object) => [nameOf(object), asInteger(at(object, "spec", "replicas")) ?? 1] as const);
  return {
    phase: phaseOf(now, namespace),
    step: asText(
      own(
        steps.find((step) => own(step, "phase") === "running"),
        "name",
      ),
    ),
    revisions: now.in(namespace, "ControllerRevision").map(nameOf),
    subsets: subsets.map((subset) => String(own(subset, "name"))),
    weights: weightsIn(now, namespace),
    pods: Object.fromEntries(pods),
  };
}

type Moments = Readonly<Record<string, (now: Moment) => boolean>>;

/** The phases of the story in the order in which they pass by; in each of them something is done, and something awaited. */
export const phases = {
  deploying: {
    "the revision is recorded": ({ revisions }) => revisions.includes("reviews-v1"),
    "the first pods come up": ({ pods }) => pods["reviews-v1"] === 2,
    "the first route is there": ({ weights }) => weights["reviews-v1"] === 100,
  },
  "to the canary": {
    "the new revision is recorded": ({ revisions }) => revisions.includes("reviews-v2"),
    "the new subset is there": ({ subsets }) => subsets.includes("reviews-v2"),
    "the canary pod comes up": ({ pods }) => pods["reviews-v2"] === 1,
    "weight has moved": ({ weights }) => weights["reviews-v2"] === 10,
    "the old side has shrunk": ({ pods }) => pods["reviews-v1"] === 1,
    "it waits for a person": ({ phase }) => phase === "workflowSuspending",
  },
  onwards: {
    "the rest of the pods comes up": ({ pods }) => pods["reviews-v2"] === 2,
    "all weight has moved": ({ weights }) => weights["reviews-v2"] === 100,
    "the old pods go": ({ pods }) => pods["reviews-v1"] === 0,
    "only its subset is left": ({ pods, subsets }) => !("reviews-v1" in pods) && subsets.includes("reviews-v1"),
  },
  back: {
    "the stable side has grown": ({ pods }) => pods["reviews-v1"] === 2,
    "all weight is back": ({ weights }) => weights["reviews-v1"] === 100,
    "the abandoned pods go": ({ pods }) => pods["reviews-v2"] === 0,
  },
} as const satisfies Readonly<Record<string, Moments>>;
export type Phase = keyof typeof phases;
