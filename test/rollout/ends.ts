import { expect } from "chai";
import { canaryComponents, readApplication, rolloutOf } from "../../src/model/application.ts";
import { asInteger, asList, asText, at, equal } from "../../src/model/json.ts";
import { names } from "../../src/model/names.ts";
import { servicePorts } from "../../src/model/service-ports.ts";
import { readWorkflowStatus } from "../../src/model/status.ts";
import { parseTime } from "../../src/model/time.ts";
import { labelOf, nameOf } from "../../src/model/world.ts";
import { type Command, command } from "../../src/rollout/commands.ts";
import { weightsOf } from "../../src/rollout/component.ts";
import { plan } from "../../src/rollout/plan.ts";
import { takeBack } from "../../src/rollout/take-back.ts";
import { viewOf } from "../../src/rollout/view.ts";
import { flat } from "../../src/rollout/workflow-steps.ts";
import { keptRevisions } from "./forgets.ts";
import { inForce } from "./in-force.ts";
import { phaseOf, type Rig } from "./rig.ts";

const advice = /rollguard (?:resume|restart|rollback) shop|apply (?:a fix|one that does)/;

/** At rest it is done, or it waits for somebody and says so. */
export function expectEnd(rig: Rig): void {
  const why = rig.rest();
  const again = plan(rig.observe());
  expect([again.actions, again.wakeIn], rig.fault("is not at rest").message).to.deep.equal([[], undefined]);
  expectAdvice(rig, why);
  expectStillness(rig);
  const phase = phaseOf(rig);
  const components = phasesOf(rig);
  if (phase === "running") {
    const other = Object.values(components).filter((component) => component !== "Stable");
    if (other.length > 0) expect(why, rig.fault(why).message).to.match(/asks for no more|has traffic and no ready pod/);
    expect(stopsShort(rig) ? [] : other, rig.fault(JSON.stringify(components)).message).to.deep.equal([]);
    return;
  }
  const phases = ["workflowSuspending", "workflowTerminated", "workflowFailed", "unhealthy", "runningWorkflow"];
  expect(phases, rig.fault(phase).message).to.include(phase);
  expect(why, rig.fault(`${phase} ${JSON.stringify(components)}`).message).to.match(advice);
  expect(isHasty(rig), rig.fault("gave up before the deadline").message).to.equal(false);
  const returns = at(rig.app(), "metadata", "annotations", names.onFailure) !== undefined && !failedToGoBack(rig);
  if (phase === "workflowFailed" && returns)
    expect(leftBehind(rig), rig.fault("failed, and did not go back").message).to.deep.equal([]);
}

/** Time alone changes nothing any more. */
function expectStillness(rig: Rig): void {
  const writes = rig.writes;
  rig.now += 3600;
  rig.rest();
  expect(rig.writes, rig.fault("goes on after an hour").message).to.equal(writes);
}

/** Whether a run that failed for want of progress had its pods for less than their deadline. */
function isHasty(rig: Rig): boolean {
  const workflow = readWorkflowStatus(rig.app());
  const failed = flat(workflow?.steps ?? []).filter(({ message }) => /^no progress.* are ready/.test(message ?? ""));
  const [begun, ended] = [workflow?.startTime, workflow?.endTime].map((time) => parseTime(time ?? ""));
  return failed.length > 0 && begun !== undefined && ended !== undefined && ended - begun < 600;
}

/** A rollback step that fails has nowhere else to go back to. */
const failedToGoBack = (rig: Rig): boolean =>
  flat(readWorkflowStatus(rig.app())?.steps ?? []).some(
    ({ type, phase }) => type === "canary-rollback" && phase === "failed",
  );

/** Components that are not on their way to the revision that was stable when their rollout failed. */
const leftBehind = ({ cluster }: Rig): readonly string[] =>
  [...cluster.objects.values()]
    .filter((object) => object["kind"] === "ComponentRollout" && at(object, "status", "stable") !== undefined)
    .filter((object) => at(object, "status", "stable") !== at(object, "status", "target"))
    .map(nameOf);
/** What it advises, and what a person is offered, is not refused, and leads to no pods that are dead. */
function expectAdvice(rig: Rig, why: string): void {
  const told = [...why.matchAll(/rollguard (resume|restart|rollback) shop/g)].map((match) => match[1]);
  const offered = viewOf({ ...rig.observe(), events: [] }).next.flatMap((act) => act.command ?? []);
  for (const advice of new Set([...told, ...offered])) {
    const fault = refusalOf(rig, advice as Command | "rollback");
    expect(fault, rig.fault(`${advice} is advised: ${why}`).message).to.equal(undefined);
  }
}

function refusalOf(rig: Rig, advice: Command | "rollback"): string | undefined {
  const { app, objects, ready } = rig.observe();
  if (advice !== "rollback") {
    const commanded = command(advice, app);
    return "refusal" in commanded ? commanded.refusal : undefined;
  }
  const taken = takeBack(app, objects);
  if ("refusal" in taken) return taken.refusal;
  if (equal(taken.object, app)) return "it changes nothing";
  const dead = taken.pins.find(({ revision }) => hasPods(rig, revision) && !ready[revision]);
  return dead && `the pods of ${dead.revision} are dead`;
}

const hasPods = ({ cluster }: Rig, revision: string): boolean =>
  (asInteger(at(cluster.objects.get(`Deployment/default/${revision}`), "spec", "replicas")) ?? 0) > 0;

/** Whether its author wants no more than a part: by a partition, or by a step whose condition does not hold. */
function stopsShort(rig: Rig): boolean {
  const canaries = canaryComponents(readApplication(inForce(rig.app(), rig.cluster.objects.values())));
  const steps = flat(readWorkflowStatus(rig.app())?.steps ?? []);
  return (
    canaries.some((component) => rolloutOf(component)?.batchPartition !== undefined) ||
    steps.some(({ phase }) => phase === "skipped")
  );
}

const phasesOf = ({ cluster }: Rig): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...cluster.objects.values()]
      .filter((object) => object["kind"] === "ComponentRollout")
      .map((object) => [nameOf(object), asText(at(object, "status", "phase")) ?? ""]),
  );

/** Of components that are gone no record is left, and of the others no more than are kept beside those in use. */
function expectForgotten(rig: Rig): void {
  const components = readApplication(rig.app()).components.map(({ name }) => name);
  const records = [...rig.cluster.objects.values()].filter(({ kind }) => String(kind).endsWith("Revision"));
  const counts = new Map<string, number>();
  for (const record of records) {
    const whose = labelOf(record, names.component) ?? "";
    counts.set(whose, (counts.get(whose) ?? 0) + 1);
    expect(["", ...components], rig.fault(`${nameOf(record)} is left`).message).to.include(whose);
  }
  // The stable one, and those that the steps name.
  for (const [whose, count] of counts)
    expect(count, rig.fault(`records of ${whose}`).message).to.be.lessThanOrEqual(keptRevisions + 3);
}

/** All pods, all traffic and all subsets are those of one revision, and nothing else is left. */
export function expectDone(rig: Rig): void {
  const app = readApplication(rig.app());
  expect(phaseOf(rig), rig.fault("is not done").message).to.equal("running");
  expectForgotten(rig);
  for (const component of canaryComponents(app)) {
    const { targetSize = 0, batchPartition } = rolloutOf(component) ?? {};
    if (batchPartition !== undefined) continue;
    const own = [...rig.cluster.objects.values()].filter(
      (object) => labelOf(object, names.component) === component.name,
    );
    const of = (kind: string) => own.filter((object) => object["kind"] === kind);
    const target = asText(at(of("ComponentRollout")[0], "status", "target")) ?? "";
    const replicas = of("Deployment").map((object) => [nameOf(object), asInteger(at(object, "spec", "replicas"))]);
    expect(replicas, rig.fault(`pods of ${component.name}`).message).to.deep.equal([[target, targetSize]]);
    if (servicePorts(component).length === 0) {
      const left = ["VirtualService", "DestinationRule", "Service"].flatMap(of).map(nameOf);
      expect(left, rig.fault(`routes of ${component.name}`).message).to.deep.equal([]);
      continue;
    }
    const weights = of("VirtualService").map(weightsOf);
    expect(weights, rig.fault(`routes of ${component.name}`).message).to.deep.equal(
      weights.map(() => ({ [target]: 100 })),
    );
    expect(weights.length, rig.fault(`routes of ${component.name}`).message).to.be.greaterThan(0);
    const subsets = asList(at(of("DestinationRule")[0], "spec", "subsets")).map((subset) => at(subset, "name"));
    expect(subsets, rig.fault(`subsets of ${component.name}`).message).to.deep.equal([target]);
  }
}
