import { readApplication } from "../model/application.ts";
import { asInteger, asText, at } from "../model/json.ts";
import { inOrder } from "../model/revision.ts";
import { currentStep, readWorkflowStatus } from "../model/status.ts";
import { observedCanaries } from "../rollout/component.ts";
import { find, type Observed } from "../rollout/observed.ts";
import { weightOf } from "../rollout/weights.ts";

/** One revision as a frame shows it; a component without weighted traffic has no weight. */
export interface RevisionFrame {
  readonly replicas: number;
  readonly ready: number;
  readonly weight?: number;
}

export interface ComponentFrame {
  readonly phase: string;
  /** Index of the batch that runs, or ran last; -1 before the first. */
  readonly batch: number;
  readonly revisions: Readonly<Record<string, RevisionFrame>>;
}

/** The state of an Application after something happened. */
export interface Frame {
  /** Seconds since the beginning. */
  readonly at: number;
  readonly event: string;
  /** Phase of the Application, in KubeVela's words. */
  readonly phase: string;
  /** The step that runs or waits; empty where none does. */
  readonly step: string;
  readonly why: string;
  readonly application?: string;
  readonly components: Readonly<Record<string, ComponentFrame>>;
}

export interface Happening {
  readonly at: number;
  readonly event: string;
  readonly why: string;
}

/** What is to be seen of an Application, by canary component. */
export function frameOf(observed: Observed, happening: Happening): Frame {
  const app = readApplication(observed.app);
  const steps = readWorkflowStatus(observed.app)?.steps ?? [];
  const components = observedCanaries(app, observed).map(({ component, situation }) => {
    const record = find(observed.objects, "ComponentRollout", component.name);
    const revisions = situation.revisions.map(
      ({ name, replicas, ready }) =>
        [
          name,
          { replicas, ready, ...(situation.weights ? { weight: weightOf(situation.weights, name) } : {}) },
        ] as const,
    );
    const frame: ComponentFrame = {
      phase: asText(at(record, "status", "phase")) ?? "Pending",
      batch: asInteger(at(record, "status", "batch")) ?? -1,
      revisions: Object.fromEntries([...revisions].sort(([a], [b]) => inOrder(a, b))),
    };
    return [component.name, frame] as const;
  });
  return {
    ...happening,
    phase: asText(at(observed.app, "status", "status")) ?? "starting",
    step: currentStep(steps)?.name ?? "",
    components: Object.fromEntries(components),
  };
}

/** Whether there is nothing to see in `frame` that `before` did not show. */
export const looksAlike = (before: Frame | undefined, frame: Frame): boolean =>
  before !== undefined &&
  before.phase === frame.phase &&
  before.step === frame.step &&
  JSON.stringify(before.components) === JSON.stringify(frame.components);

/** What became of pods between two frames: `reviews-v2 1/2 ready`. */
export function podsEvent(before: Frame | undefined, frame: Frame): string {
  const changed = Object.entries(frame.components).flatMap(([component, { revisions }]) =>
    Object.entries(revisions)
      .filter(([name, { ready }]) => before?.components[component]?.revisions[name]?.ready !== ready)
      .map(([name, { ready, replicas }]) => `${name} ${ready}/${replicas} ready`),
  );
  return changed.join(", ") || "pods changed";
}
