import { expect } from "chai";
import { changeLine } from "../../src/cli/change-line.ts";
import { treeText } from "../../src/cli/tree.ts";
import { asObject, type JsonObject, own } from "../../src/model/json.ts";
import { names } from "../../src/model/names.ts";
import { parseTime } from "../../src/model/time.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { command } from "../../src/rollout/commands.ts";
import type { Observed } from "../../src/rollout/observed.ts";
import { rowsOf } from "../../src/rollout/rows.ts";
import { isReturnSpent, takeBack } from "../../src/rollout/take-back.ts";
import { type ApplicationView, viewOf } from "../../src/rollout/view.ts";
import { example } from "../support/cases.ts";
import { Rig } from "./rig.ts";

const start = 1_700_000_000;
const time = (seconds: number): string => new Date((start + seconds) * 1000).toISOString();
const container = (restartCount: number, waiting?: string): JsonObject => ({
  restartCount,
  state: waiting === undefined ? { running: {} } : { waiting: { reason: waiting } },
});
const pod = (name: string, revision: string, at: number, status: JsonObject, more: JsonObject = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name,
    labels: { [names.component]: "reviews", [names.revision]: revision },
    creationTimestamp: time(at),
    ...more,
  },
  status,
});
const ready = { conditions: [{ type: "Ready", status: "True" }], containerStatuses: [container(0)] };

/** The bookinfo story on paper, as far as it is told, and how it is seen then. */
class Story {
  private readonly rig = new Rig("Application/default/book-info");

  constructor() {
    this.rig.now = start;
  }

  apply(object: JsonObject, seconds?: number): this {
    this.rig.apply(object, "apply");
    this.rig.rest(seconds);
    return this;
  }

  command(name: Parameters<typeof command>[0]): this {
    const commanded = command(name, this.rig.app());
    if ("refusal" in commanded) throw new Error(commanded.refusal);
    this.rig.write(commanded.object, name);
    return this;
  }

  rest(seconds?: number): this {
    this.rig.rest(seconds);
    return this;
  }

  get observed(): Observed {
    return this.rig.observe();
  }

  view(...more: readonly KubeObject[]): ApplicationView {
    const { observed } = this;
    const objects = [...observed.objects, ...more];
    return viewOf({ ...observed, now: observed.now, objects, events: [] });
  }
}

const first = () => new Story().apply(example("bookinfo"));
const canary = () => first().apply(example("bookinfo-canary"));
const reviews = (view: ApplicationView) => view.components.find(({ name }) => name === "reviews");
const acts = ({ next }: ApplicationView) => next.map(({ command: by = "by itself", text }) => `${by}: ${text}`);

describe("the view of an Application", () => {
  it("shows a canary that waits for a person, and what that person can do", () => {
    const view = canary().view();
    expect([view.phase, view.step]).to.deep.equal(["workflowSuspending", "manual-approval"]);
    expect(view.steps.map(({ name, phase }) => `${name} ${phase}`)).to.deep.equal([
      "rollout-1st-batch succeeded",
      "manual-approval suspending",
      "rollout-rest pending",
    ]);
    expect(acts(view)).to.deep.equal([
      "resume: rollout-rest: reviews 2/2 pods, 100% reviews-v2",
      "rollback: reviews back to reviews-v1",
    ]);
    const { revisions = [], ...component } = reviews(view) ?? {};
    expect(component).to.include({
      phase: "Waiting",
      stable: "reviews-v1",
      target: "reviews-v2",
      batch: 1,
      batches: 2,
    });
    expect(
      revisions.map(({ name, role, replicas, ready, weight }) => [name, role, replicas, ready, weight]),
    ).to.deep.equal([
      ["reviews-v1", "stable", 1, 1, 90],
      ["reviews-v2", "target", 1, 1, 10],
    ]);
    expect(revisions.map(({ image }) => image.replace(/.*reviews-/, ""))).to.deep.equal(["v2:1.16.2", "v3:1.16.2"]);
  });

  it("shows a step that runs, and what comes after it", () => {
    const view = first().apply(example("bookinfo-canary")).command("resume").rest(1).view();
    expect(acts(view)).to.deep.equal([
      "by itself: rollout-rest: reviews 2/2 pods, 100% reviews-v2; then the workflow ends",
      "rollback: reviews back to reviews-v1",
    ]);
  });

  it("says when a suspend with a duration ends", () => {
    const app = example("bookinfo-canary");
    const spec = asObject(app["spec"]);
    const steps = (asObject(spec["workflow"])["steps"] as JsonObject[]).map((step) =>
      step["type"] === "suspend" ? { ...step, properties: { duration: "90s" } } : step,
    );
    const timed = { ...app, spec: { ...spec, workflow: { ...asObject(spec["workflow"]), steps } } };
    const story = first().apply(timed, 40);
    const [act, ...others] = story.view().next;
    expect(act?.text).to.equal("manual-approval ends, then rollout-rest: reviews 2/2 pods, 100% reviews-v2");
    expect((parseTime(act?.at ?? "") ?? 0) - story.observed.now).to.be.within(60, 80);
    expect(others.map(({ command: by }) => by)).to.deep.equal(["resume", "rollback"]);
  });

  it("shows a terminated workflow with its two ways on", () => {
    const view = canary().command("terminate").rest().view();
    expect(view.phase).to.equal("workflowTerminated");
    expect(acts(view)).to.deep.equal([
      "restart: the workflow from its first step, from the actual state on",
      "rollback: reviews back to reviews-v1",
    ]);
  });

  it("offers nothing where nothing is to be done", () => {
    const view = canary().command("resume").rest().view();
    expect([view.phase, view.step, acts(view)]).to.deep.equal(["running", "", []]);
    expect(reviews(view)).to.include({ phase: "Stable", stable: "reviews-v2", batch: 2, batches: 2 });
  });

  it("says that no controller has seen the spec", () => {
    const { observed } = first();
    const unseen = {
      ...example("bookinfo"),
      metadata: { name: "book-info", generation: 3 },
      status: { observedGeneration: 1 },
    };
    const view = viewOf({ ...observed, app: unseen, events: [] });
    expect(view.why).to.equal("the controller has not seen generation 3 yet (it has 1): does rollguard serve run?");
    expect(view.next).to.deep.equal([]);
  });

  it("says of each pod in one word what keeps it", () => {
    const view = canary().view(
      pod("a", "reviews-v1", 1, ready),
      pod("b", "reviews-v2", 2, { phase: "Pending" }),
      pod("c", "reviews-v2", 3, { phase: "Running", containerStatuses: [container(4, "CrashLoopBackOff")] }),
      pod("d", "reviews-v2", 4, ready, { deletionTimestamp: time(5) }),
      pod("e", "reviews-v2", 5, { phase: "Running", containerStatuses: [container(0)] }),
    );
    const pods = reviews(view)?.revisions.map((revision) =>
      revision.pods.map(({ name, state, restarts }) => [name, state, restarts]),
    );
    expect(pods).to.deep.equal([
      [["a", "Ready", 0]],
      [
        ["b", "Pending", 0],
        ["c", "CrashLoopBackOff", 4],
        ["d", "Terminating", 0],
        ["e", "NotReady", 0],
      ],
    ]);
  });

  it("is a tree of text, and a line where output is no terminal", () => {
    const view = canary().view(pod("reviews-v2-x", "reviews-v2", 0, ready));
    const event = { at: time(10), type: "Warning", reason: "RolloutStalled", note: "reviews is Stalled", count: 3 };
    const text = treeText({ ...view, ageSeconds: 200, events: [event] }, { suffix: " -n shop" }, start + 30);
    expect(text.replace(/\d+s$/m, "")).to.include(
      "next   rollguard resume book-info -n shop    rollout-rest: reviews 2/2 pods, 100% reviews-v2\n",
    );
    expect(text).to.match(/\n├─ reviews {3,}Waiting {3,}batch 1\/2, reviews-v1 -> reviews-v2\n/);
    expect(text).to.match(
      /\n│ {2}├─ reviews-v1 {3,}● █████████░ {2}90% {3,}stable {2}examples-bookinfo-reviews-v2:1\.16\.2\n/,
    );
    expect(text).to.match(/\n20s {2}RolloutStalled {2}reviews is Stalled \(3 times\)$/);
    expect(changeLine(view)).to.match(
      /^workflowSuspending at manual-approval {2}reviews Waiting 1\/2: reviews-v1 1\/1 90%, reviews-v2 1\/1 10% {2}suspended at/,
    );
  });

  it("has a row for each canary component of a table, or one without", () => {
    const { app, objects } = canary().observed;
    const rows = rowsOf(app, objects, start).map(({ why: _why, ageSeconds: _age, ...row }) => row);
    const head = {
      namespace: "default",
      name: "book-info",
      phase: "workflowSuspending",
      step: "manual-approval",
      isSeen: true,
    };
    expect(rows).to.deep.equal([
      { ...head, component: "reviews", stable: "reviews-v1", target: "reviews-v2", batch: "1/2", weight: 10 },
    ]);
    const plain = { ...app, spec: { components: [{ name: "a", type: "webservice" }] } };
    expect(rowsOf(plain, [], start).map(({ component, name }) => [name, component])).to.deep.equal([
      ["book-info", undefined],
    ]);
  });
});

describe("takeBack", () => {
  const refusalOf = (story: Story, wish = {}) => {
    const taken = takeBack(story.observed.app, story.observed.objects, wish);
    return "refusal" in taken ? taken.refusal : taken.pins;
  };

  it("pins what is under way to its stable revision, as the rollback manifest does", () => {
    const { app, objects } = canary().observed;
    const taken = takeBack(app, objects);
    if ("refusal" in taken) throw new Error(taken.refusal);
    expect(taken.pins).to.deep.equal([{ component: "reviews", revision: "reviews-v1" }]);
    expect(own(taken.object, "metadata")).to.deep.equal(own(app, "metadata"));
    expect(asObject(own(taken.object, "spec"))).not.to.have.property("workflow");
  });

  it("says why it takes nothing back", () => {
    expect(refusalOf(first())).to.equal("book-info has no rollout to take back");
    expect(refusalOf(canary().command("resume").rest())).to.equal(
      "book-info has no rollout to take back; for an older revision say which, known: reviews-v1",
    );
    expect(refusalOf(canary(), { component: "details" })).to.equal(
      "book-info has no component details with a rollout trait",
    );
    expect(refusalOf(canary(), { revision: "reviews-v7" })).to.equal(
      "book-info has no revision reviews-v7, its revisions are: reviews-v1, reviews-v2",
    );
    expect(refusalOf(first(), { revision: "reviews-v1" })).to.equal("reviews runs reviews-v1 already");
  });

  it("goes to an older revision where one is named", () => {
    expect(refusalOf(canary().command("resume").rest(), { revision: "reviews-v1" })).to.deep.equal([
      { component: "reviews", revision: "reviews-v1" },
    ]);
  });

  it("writes that it hurries, and takes away only what it has written itself", () => {
    const { app, objects } = canary().observed;
    const annotated = (metadata: JsonObject, atOnce: boolean) => {
      const taken = takeBack({ ...app, metadata: { ...asObject(app["metadata"]), ...metadata } }, objects, { atOnce });
      return "object" in taken
        ? asObject(own(asObject(own(taken.object, "metadata")), "annotations"))[names.returnMode]
        : taken;
    };
    expect(annotated({}, true)).to.equal("at-once");
    const hurried = { annotations: { [names.returnMode]: "at-once" } };
    const fieldsV1 = { "f:metadata": { "f:annotations": { [`f:${names.returnMode}`]: {} } } };
    const by = (manager: string) => ({ ...hurried, managedFields: [{ manager, operation: "Update", fieldsV1 }] });
    expect(annotated(by("kubectl-client-side-apply"), false)).to.equal("at-once");
    expect(annotated(by("rollguard"), false)).to.equal(undefined);
  });

  it("is spent once all is back, where a command wrote it", () => {
    const fieldsV1 = { "f:metadata": { "f:annotations": { [`f:${names.returnMode}`]: {} } } };
    const spent = (phase: string, workflow: JsonObject, { manager = "rollguard", generation = 2 } = {}) => {
      const annotations = { [names.returnMode]: "at-once" };
      const metadata = { annotations, generation, managedFields: [{ manager, fieldsV1 }] };
      const rollout = { apiVersion: "rollguard.dev/v1alpha1", kind: "ComponentRollout", status: { phase } };
      return isReturnSpent({ metadata, status: { observedGeneration: 2, workflow } }, [rollout]);
    };
    expect(spent("Stable", { finished: true })).to.equal(true);
    expect(spent("Waiting", { finished: false, suspend: true }), "another rollout waits").to.equal(true);
    expect(spent("Returning", { finished: true })).to.equal(false);
    expect(spent("Stalled", { finished: true })).to.equal(false);
    expect(spent("Rolling", { finished: false, suspend: false })).to.equal(false);
    expect(spent("Stable", { finished: true }, { generation: 3 }), "nobody has seen this spec").to.equal(false);
    expect(spent("Stable", { finished: true }, { manager: "kubectl-annotate" })).to.equal(false);
    expect(isReturnSpent({ metadata: {}, status: {} }, [])).to.equal(false);
  });
});

describe("commands on one step", () => {
  const step = (name: string, phase: string, subSteps?: readonly JsonObject[]): JsonObject => ({
    name,
    phase,
    ...(subSteps ? { subSteps } : {}),
  });
  const app = (suspend: boolean, ...steps: readonly JsonObject[]): JsonObject => ({
    metadata: { name: "shop" },
    status: { workflow: { status: "suspending", suspend, terminated: false, steps } },
  });
  const group = (a: string, b: string) => step("both", a === b ? a : "running", [step("a", a), step("b", b)]);

  it("moves that step alone, or a group with all that is in it", () => {
    const before = app(true, step("first", "suspending"), group("suspending", "suspending"));
    expect(command("resume", before, "first")).to.deep.equal({
      object: app(false, step("first", "running"), group("suspending", "suspending")),
    });
    expect(command("resume", before, "both")).to.deep.equal({
      object: app(false, step("first", "suspending"), group("running", "running")),
    });
    expect(command("resume", before, "b")).to.deep.equal({
      object: app(
        false,
        step("first", "suspending"),
        step("both", "suspending", [step("a", "suspending"), step("b", "running")]),
      ),
    });
  });

  it("refuses a step that is not there, or not in that phase", () => {
    expect(command("resume", app(true, step("first", "suspending")), "nope")).to.deep.equal({
      refusal: "can not find step nope",
    });
    expect(command("suspend", app(false, step("first", "succeeded")), "first")).to.deep.equal({
      refusal: "can not find step first",
    });
  });
});
