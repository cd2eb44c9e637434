import { type Application, readApplication } from "../model/application.ts";
import { asObject, asText, at, type JsonObject } from "../model/json.ts";
import { observedCanaries } from "../rollout/component.ts";
import { canaryHealth } from "../rollout/health.ts";
import type { Observed } from "../rollout/observed.ts";
import { plan } from "../rollout/plan.ts";
import { type SampleWorkflow, sampleWorkflows } from "../rollout/state-samples.ts";
import { onTheClock } from "./clock.ts";
import { keyOf, latestObserved } from "./paper-cluster.ts";
import { newStage } from "./simulate.ts";
import type { Stage } from "./stage.ts";

/** What can happen to a rollout, whatever its workflow does. */
export const rolloutEvents = ["rollback", "crash of web-v2", "crash of web-v1", "deletion"] as const;
type RolloutEvent = (typeof rolloutEvents)[number];

const settleSeconds = 12;

const shop = (image: number, workflow?: SampleWorkflow): JsonObject => ({
  apiVersion: "core.oam.dev/v1beta1",
  kind: "Application",
  metadata: { name: "app", namespace: "default" },
  spec: {
    components: [
      {
        name: "web",
        type: "webservice",
        properties: { image: `registry.example.com/web:${image}`, port: 8080 },
        traits: [
          { type: "expose", properties: { port: [8080] } },
          { type: "rollout", properties: { targetSize: 2, rolloutBatches: [{ replicas: 1 }, { replicas: 1 }] } },
        ],
      },
    ],
    ...(workflow === undefined ? {} : { workflow: workflow as unknown as JsonObject }),
  },
});

type Way = (stage: Stage) => void;

const command =
  (name: "resume" | "suspend" | "terminate" | "rollback"): Way =>
  (stage) =>
    stage.perform({ do: "command", command: name, application: undefined });
const rest: Way = (stage) => stage.rest();
const soon: Way = (stage) => stage.passTime(2.5);
const settled: Way = (stage) => stage.passTime(30);

/** How each state of docs/states.md comes about, from a stable `web-v1` with two pods. */
const ways: Readonly<Record<string, readonly [SampleWorkflow, ...Way[]]>> = {
  "not started": [sampleWorkflows.plain],
  executing: [sampleWorkflows.plain, soon],
  "executing, with a step that asks for the timeout": [sampleWorkflows.undone, soon],
  "executing in a group": [sampleWorkflows.grouped, soon],
  "suspended at a step": [sampleWorkflows.plain, rest],
  "suspended at a step for 30m": [sampleWorkflows.timed, settled],
  "suspended so, and by a person": [sampleWorkflows.timed, settled, command("suspend"), rest],
  "suspended at a step with a timeout": [sampleWorkflows.limited, rest],
  "suspended in a group": [sampleWorkflows.grouped, rest],
  "suspended beside a step that runs": [sampleWorkflows.parallel, soon],
  "suspended by a person": [sampleWorkflows.plain, soon, command("suspend"), rest],
  terminated: [sampleWorkflows.plain, settled, command("terminate"), rest],
  failed: [sampleWorkflows.plain, rest],
  succeeded: [sampleWorkflows.plain, rest, command("resume"), rest],
};

/** What an event makes of pods and weights in a state: at once, and when nothing happens by itself any more. */
export function afterRolloutEvent(state: string, event: RolloutEvent): string {
  const [workflow, ...acts] = ways[state] ?? unknown(state);
  const stage = newStage(settleSeconds, onTheClock);
  apply(stage, shop(1));
  stage.rest();
  if (state === "failed") stage.perform({ do: "fail", revision: "web-v2" });
  apply(stage, shop(2, workflow));
  for (const act of acts) act(stage);
  if (event === "deletion") return deletion(observe(stage));
  if (event === "rollback") command("rollback")(stage);
  else stage.perform({ do: "crash", revision: event.replace("crash of ", "") });
  if (stage.refusal !== undefined) return `refused: ${stage.refusal.replace("rollback: ", "")}`;
  stage.passTime(0.5);
  const now = told(stage);
  stage.rest();
  const later = told(stage);
  return now === later ? now : `${now}; then ${later}`;
}

function unknown(state: string): never {
  throw new Error(`nothing tells how ${state} comes about`);
}

const apply = (stage: Stage, object: JsonObject): void =>
  stage.perform({ do: "apply", file: "app", objects: [object] });

/** An Application whose deletion has begun is left alone: its objects go with it. */
function deletion(observed: Observed): string {
  const metadata = { ...asObject(at(observed.app, "metadata")), deletionTimestamp: "2026-01-01T00:00:00Z" };
  const { actions, why } = plan({ ...observed, app: { ...observed.app, metadata } });
  return actions.length === 0 ? `${why}, nothing is written` : `${actions.length} writes`;
}

function observe(stage: Stage): Observed {
  const [cluster] = stage.clusters();
  if (!cluster) throw new Error("nothing is on stage");
  return latestObserved(cluster, keyOf(shop(1)), stage.now);
}

/** The revisions with their ready pods and weights, and the phase of the Application. */
function told(stage: Stage): string {
  const observed = observe(stage);
  const app: Application = readApplication(observed.app);
  const shares = observedCanaries(app, observed).map((canary) => canaryHealth(canary).message);
  return `${shares.join(", ")}, ${asText(at(app.raw, "status", "status")) ?? ""}`;
}
