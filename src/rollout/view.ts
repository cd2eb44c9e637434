import { type Application, readApplication, rolloutOf } from "../model/application.ts";
import { asInteger, asList, asText, at, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { inOrder } from "../model/revision.ts";
import { readWorkflowStatus, type WorkflowStatus } from "../model/status.ts";
import { parseTime } from "../model/time.ts";
import { type KubeObject, labelOf, nameOf } from "../model/world.ts";
import { type CanaryComponent, observedCanaries } from "./component.ts";
import { aimOf } from "./goal.ts";
import { type Head, headOf } from "./head.ts";
import { plainHealth } from "./health.ts";
import { type Act, nextActs, type StepView, stepViews } from "./next.ts";
import { find } from "./observed.ts";
import { type PodView, podsOf } from "./pod-view.ts";
import { type Back, retreatOf } from "./retreat.ts";
import { weightOf } from "./weights.ts";

/** What was seen of an Application and of all that carries its label. */
export interface Sight {
  /** Seconds since the epoch. */
  readonly now: number;
  readonly app: KubeObject;
  readonly objects: readonly KubeObject[];
  /** Ready endpoints by Deployment. */
  readonly ready: Readonly<Record<string, number>>;
  /** Events about the Application. */
  readonly events: readonly KubeObject[];
}

export interface RevisionView {
  readonly name: string;
  readonly role: "stable" | "target" | "abandoned";
  readonly image: string;
  readonly replicas: number;
  readonly ready: number;
  readonly weight?: number;
  readonly pods: readonly PodView[];
}

export interface ComponentView {
  readonly name: string;
  readonly type: string;
  /** Of a ComponentRollout; of a plain component `Healthy` or `Unhealthy`. */
  readonly phase: string;
  readonly message: string;
  /** Of a canary component only. */
  readonly stable?: string;
  readonly target?: string;
  /** How many batches have begun. */
  readonly batch?: number;
  readonly batches?: number;
  readonly revisions: readonly RevisionView[];
}

export interface EventView {
  /** RFC 3339; empty where it has no time. */
  readonly at: string;
  readonly type: string;
  readonly reason: string;
  readonly note: string;
  readonly count: number;
}

/** All that people look at, for a terminal and a dashboard alike. */
export interface ApplicationView extends Head {
  readonly steps: readonly StepView[];
  readonly next: readonly Act[];
  readonly components: readonly ComponentView[];
  readonly events: readonly EventView[];
}

export function viewOf(sight: Sight): ApplicationView {
  const app = readApplication(sight.app);
  const head = headOf(sight.app, sight.now);
  const status = readWorkflowStatus(sight.app);
  const canaries = observedCanaries(app, { ...sight, settleSeconds: 0, ages: {} });
  return {
    ...head,
    steps: stepViews(app, status),
    next: head.isSeen ? nextActs(app, status, backOf(app, canaries, status)) : [],
    components: componentsOf(app, canaries, sight),
    events: sight.events.map(eventOf).sort((a, b) => (parseTime(a.at) ?? 0) - (parseTime(b.at) ?? 0)),
  };
}

/** What a rollback would take back from where the workflow is. */
const backOf = (app: Application, canaries: readonly CanaryComponent[], status: WorkflowStatus | undefined): Back =>
  retreatOf(canaries.map((canary) => ({ canary, aim: aimOf(canary, app, status?.steps ?? []) })));

function componentsOf(app: Application, canaries: readonly CanaryComponent[], sight: Sight): readonly ComponentView[] {
  return app.components.map((component) => {
    const canary = canaries.find((candidate) => candidate.component === component);
    if (canary) return canaryView(canary, sight);
    const { healthy, message } = plainHealth(component, sight.objects);
    const deployments = workloadsOf(sight.objects, component.name).filter(
      (object) => labelOf(object, names.revision) === undefined,
    );
    return {
      name: component.name,
      type: component.type,
      phase: healthy ? "Healthy" : "Unhealthy",
      message,
      revisions: deployments.map((deployment) => ({
        name: nameOf(deployment),
        role: "stable" as const,
        image: imageOf(deployment),
        replicas: asInteger(at(deployment, "spec", "replicas")) ?? 1,
        ready: sight.ready[nameOf(deployment)] ?? 0,
        pods: podsOf(sight.objects, component.name, undefined, sight.now),
      })),
    };
  });
}

function canaryView({ component, situation }: CanaryComponent, sight: Sight): ComponentView {
  const record = find(sight.objects, "ComponentRollout", component.name);
  const { stable, target, weights } = situation;
  const all = new Set([...situation.revisions.map(({ name }) => name), ...Object.keys(weights ?? {})]);
  const revisions = [...all].sort(inOrder).map((name): RevisionView => {
    const state = situation.revisions.find((revision) => revision.name === name);
    return {
      name,
      role: name === stable ? "stable" : name === target ? "target" : "abandoned",
      image: imageOf(find(sight.objects, "Deployment", name)),
      replicas: state?.replicas ?? 0,
      ready: state?.ready ?? 0,
      ...(weights ? { weight: weightOf(weights, name) } : {}),
      pods: podsOf(sight.objects, component.name, name, sight.now),
    };
  });
  return {
    name: component.name,
    type: component.type,
    phase: asText(at(record, "status", "phase")) ?? "Pending",
    message: "",
    ...(stable === undefined ? {} : { stable }),
    target,
    batch: (asInteger(at(record, "status", "batch")) ?? -1) + 1,
    batches: rolloutOf(component)?.batches?.length || 1,
    revisions,
  };
}

const workloadsOf = (objects: readonly KubeObject[], component: string): readonly KubeObject[] =>
  objects.filter((object) => own(object, "kind") === "Deployment" && labelOf(object, names.component) === component);

const imageOf = (deployment: KubeObject | undefined): string =>
  asText(own(asList(at(deployment, "spec", "template", "spec", "containers"))[0], "image")) ?? "";

function eventOf(event: KubeObject): EventView {
  const times = [
    at(event, "series", "lastObservedTime"),
    own(event, "eventTime"),
    own(event, "deprecatedLastTimestamp"),
  ];
  return {
    at: times.flatMap((time) => asText(time) ?? [])[0] ?? "",
    type: asText(own(event, "type")) ?? "",
    reason: asText(own(event, "reason")) ?? "",
    note: asText(own(event, "note")) ?? "",
    count: asInteger(at(event, "series", "count")) ?? asInteger(own(event, "deprecatedCount")) ?? 1,
  };
}
