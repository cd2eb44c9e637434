import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import jsonPatch, { type Operation } from "fast-json-patch";
import type { AdmissionReview } from "../src/model/admission.ts";
import { rolledOut } from "../src/model/history.ts";
import { type KubeObject, kindOf } from "../src/model/world.ts";
import { baseWorld, example } from "./support/cases.ts";
import { rollguard, scratchFile, scratchFolder } from "./support/program.ts";
import { reviewOf } from "./support/review.ts";
import { type Served, served, stop } from "./support/served.ts";

/** A row of the story: what is applied, in which world, and the ids of all rules that speak; "plan" for the plan line. */
interface Row {
  readonly name: string;
  readonly from: string;
  readonly with?: readonly Operation[];
  readonly after?: readonly string[];
  /** Status of the live Application, and objects that replace those of the history. */
  readonly status?: KubeObject;
  readonly world?: readonly KubeObject[];
  readonly denied?: readonly string[];
  readonly warned?: readonly string[];
}

const workflow = (step: string, phase: string) => ({
  appRevision: "x",
  mode: "StepByStep-DAG",
  status: phase,
  suspend: phase === "suspending",
  terminated: false,
  finished: false,
  steps: [{ id: "s", name: step, type: "suspend", phase }],
});
const suspended = {
  observedGeneration: 2,
  status: "workflowSuspending",
  workflow: workflow("manual-approval", "suspending"),
};
const record = (status: KubeObject): KubeObject => ({
  apiVersion: "rollguard.dev/v1alpha1",
  kind: "ComponentRollout",
  metadata: { name: "reviews", namespace: "default" },
  status,
});
const unstable: KubeObject = (() => {
  const revision = rolledOut([example("bookinfo")]).find((object) => kindOf(object) === "ControllerRevision") ?? {};
  return { ...revision, metadata: { ...(revision["metadata"] as KubeObject), annotations: {} } };
})();
const details = "/spec/components/3/properties/image";
const reviews = "/spec/components/0/properties/image";
const targets = (step: number) => `/spec/workflow/steps/${step}/properties/traffic/weightedTargets`;
const pinned = ["partition-is-within-batches", "target-revision-is-not-pinned"];

const rows: readonly Row[] = [
  { name: "the first deployment", from: "bookinfo", warned: ["plan"] },
  { name: "the canary after it", from: "bookinfo-canary", after: ["bookinfo"], warned: ["plan"] },
  {
    name: "the canary in an empty namespace",
    from: "bookinfo-canary",
    denied: ["step-revisions-exist", "step-revisions-exist"],
  },
  {
    name: "the canary while the first deployment is still scaling up",
    from: "bookinfo-canary",
    after: ["bookinfo"],
    status: { observedGeneration: 1, status: "runningWorkflow" },
    world: [unstable, record({ target: "reviews-v1", phase: "Rolling", batch: 0 })],
    warned: ["plan", "rollout-is-not-superseded"],
  },
  {
    name: "the canary again, byte by byte",
    from: "bookinfo-canary",
    after: ["bookinfo", "bookinfo-canary"],
    warned: [],
  },
  {
    name: "the rollback while the canary is suspended",
    from: "bookinfo-rollback",
    after: ["bookinfo", "bookinfo-canary"],
    status: suspended,
    world: [record({ stable: "reviews-v1", target: "reviews-v2", phase: "Waiting", batch: 0, size: 2 })],
    warned: ["plan", ...pinned, "waiting-workflow-is-kept"],
  },
  {
    name: "the rollback after the canary has completed",
    from: "bookinfo-rollback",
    after: ["bookinfo", "bookinfo-canary"],
    warned: ["plan", ...pinned],
  },
  {
    name: "the rollback in an empty namespace",
    from: "bookinfo-rollback",
    warned: ["plan", "partition-is-within-batches"],
  },
  {
    name: "the canary after the rollback has completed",
    from: "bookinfo-canary",
    after: ["bookinfo", "bookinfo-canary", "bookinfo-rollback"],
    warned: ["plan"],
  },
  {
    name: "the first manifest after the canary has completed",
    from: "bookinfo",
    after: ["bookinfo", "bookinfo-canary"],
    warned: ["plan", "content-is-new"],
  },
  {
    name: "another image of details with the canary workflow left in place",
    from: "bookinfo-canary",
    with: [{ op: "replace", path: details, value: "docker.io/istio/examples-bookinfo-details-v1:1.16.3" }],
    after: ["bookinfo", "bookinfo-canary"],
    warned: ["leftover-workflow-is-removed"],
  },
  {
    name: "another image of reviews with the workflow left as it was",
    from: "bookinfo-canary",
    with: [{ op: "replace", path: reviews, value: "docker.io/istio/examples-bookinfo-reviews-v3:1.16.9" }],
    after: ["bookinfo", "bookinfo-canary"],
    denied: ["new-revision-is-routed"],
  },
  {
    name: "weights of 90 and 20",
    from: "bookinfo-canary",
    with: [{ op: "replace", path: `${targets(0)}/1/weight`, value: 20 }],
    after: ["bookinfo"],
    denied: ["weights-total-100"],
  },
  {
    name: "batches of 1 and 2",
    from: "bookinfo-canary",
    with: [{ op: "replace", path: "/spec/components/0/traits/1/properties/rolloutBatches/1/replicas", value: 2 }],
    after: ["bookinfo"],
    denied: ["batches-cover-target-size"],
  },
  {
    name: "a tenth left on the old revision in the last step",
    from: "bookinfo-canary",
    with: [
      {
        op: "replace",
        path: targets(2),
        value: [
          { revision: "reviews-v1", weight: 10 },
          { revision: "reviews-v2", weight: 90 },
        ],
      },
    ],
    after: ["bookinfo"],
    denied: ["last-batch-takes-all-traffic"],
  },
];

const spoken = (line: string): string =>
  line.startsWith("plan: ") ? "plan" : (/\(([\w-]+)\)$/.exec(line)?.[1] ?? line);

describe("the story, judged by check and over HTTPS", () => {
  const folder = scratchFolder();
  for (const [i, row] of rows.entries()) {
    it(`${row.denied ? "refuses" : "admits"} ${row.name}`, async () => {
      const { object, stored, objects } = scene(row);
      const world = join(folder, `world-${i}`);
      mkdirSync(world);
      scratchFile(world, "objects.json", JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
      const verdict = check(row, scratchFile(folder, `row-${i}.json`, JSON.stringify(object)), world, stored);
      const server = await served(folder, world);
      try {
        await compare(server, reviewOf(object, stored), verdict);
      } finally {
        await stop(server.child);
      }
    });
  }
});

const nameOf = (object: KubeObject): string => String((object["metadata"] as KubeObject)["name"]);

/** The object to apply, the live one, and everything that exists. */
function scene(row: Row): { object: KubeObject; stored: KubeObject | undefined; objects: readonly KubeObject[] } {
  const patch = structuredClone(row.with ?? []) as Operation[];
  const object = jsonPatch.applyPatch(structuredClone(example(row.from)) as object, patch).newDocument as KubeObject;
  const history = rolledOut((row.after ?? []).map(example));
  const isReplaced = (old: KubeObject) =>
    (row.world ?? []).some((other) => other["kind"] === old["kind"] && nameOf(other) === nameOf(old));
  const live = history.find((old) => kindOf(old) === "Application");
  const stored = live && { ...live, ...(row.status ? { status: row.status } : {}) };
  const kept = history.filter((old) => old !== live && !isReplaced(old));
  return { object, stored, objects: [...baseWorld, ...kept, ...(stored ? [stored] : []), ...(row.world ?? [])] };
}

interface PrintedVerdict {
  readonly operation: string;
  readonly violations: readonly { readonly rule: string; readonly field: string; readonly message: string }[];
  readonly warnings: readonly string[];
  readonly notChecked: readonly string[];
}

function check(row: Row, file: string, world: string, stored: KubeObject | undefined): PrintedVerdict {
  const { status, stdout } = rollguard(["check", file, "--world", world, "-o", "json"]);
  const [verdict] = JSON.parse(stdout) as [PrintedVerdict];
  expect(verdict.violations.map(({ rule }) => rule)).to.deep.equal(row.denied ?? []);
  const operation = stored ? "UPDATE" : "CREATE";
  expect([status, verdict.operation, verdict.notChecked]).to.deep.equal([row.denied ? 1 : 0, operation, []]);
  const wildcard = row.warned?.length === 0 ? [] : ["gateway-host-is-specific"];
  if (row.warned) expect(verdict.warnings.map(spoken).sort()).to.deep.equal([...row.warned, ...wildcard].sort());
  return verdict;
}

/** The webhook says what check printed. */
async function compare(server: Served, review: unknown, verdict: PrintedVerdict): Promise<void> {
  const answered = await server.post("/validate?timeout=5s", JSON.stringify(review));
  const { response } = answered.body as AdmissionReview;
  expect([answered.status, response.allowed]).to.deep.equal([200, verdict.violations.length === 0]);
  const causes = (response.status?.details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`);
  expect(causes).to.deep.equal(verdict.violations.map(({ field, message, rule }) => `${field}: ${message} (${rule})`));
  expect(response.warnings ?? []).to.deep.equal(verdict.warnings);
}
