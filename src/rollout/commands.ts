import { asList, asObject, asText, at, type Json, type JsonObject, own } from "../model/json.ts";
import { awaitsPerson } from "../model/status.ts";

/** What a person may ask of a workflow. Commands are edits of the stored object, the same that the vela CLI makes. */
export type Command = "resume" | "suspend" | "terminate" | "restart";
export const commandNames: readonly Command[] = ["resume", "suspend", "terminate", "restart"];

/** The Application with the command written into its status, or why it cannot take it, in the words of the vela CLI. */
export type Commanded = { readonly object: JsonObject } | { readonly refusal: string };

/** kubevela/kubevela: references/cli/workflow.go and pkg/workflow/operation/operation.go. A `step` is resumed, or suspended, alone. */
export function command(name: Command, app: JsonObject, step?: string): Commanded {
  const workflow = at(app, "status", "workflow");
  const refusal = refusalOf(name, app, workflow) ?? missing(name, workflow, step);
  return refusal === undefined ? { object: withWorkflow(app, edits[name](asObject(workflow), step)) } : { refusal };
}

function refusalOf(name: Command, app: JsonObject, workflow: Json | undefined): string | undefined {
  const title = asText(at(app, "metadata", "name")) ?? "";
  if (workflow === undefined) return `the workflow in application ${title} is not start`;
  if (name === "restart") return undefined;
  if (own(workflow, "status") === "succeeded")
    return `${name} workflow not allowed because application ${title} is running`;
  if (name === "terminate") return undefined;
  if (own(workflow, "terminated") === true) return `can not ${name} a terminated workflow`;
  return name === "resume" && own(workflow, "suspend") !== true ? `workflow ${title} is not suspended.` : undefined;
}

/** The phase that a step must be in to be resumed or suspended by its name. */
const movable: Readonly<Partial<Record<Command, string>>> = { resume: "suspending", suspend: "running" };

function missing(name: Command, workflow: Json | undefined, step: string | undefined): string | undefined {
  const steps = asList(own(workflow, "steps"));
  const all = [...steps, ...steps.flatMap((group) => asList(own(group, "subSteps")))];
  const isThere = all.some((it) => own(it, "name") === step && own(it, "phase") === movable[name]);
  return step === undefined || isThere ? undefined : `can not find step ${step}`;
}

type Edit = (workflow: JsonObject, step: string | undefined) => JsonObject | undefined;

const edits: Readonly<Record<Command, Edit>> = {
  resume: (workflow, step) => ({
    ...workflow,
    suspend: false,
    steps: moved(workflow, "suspending", { phase: "running" }, step),
  }),
  suspend: (workflow, step) => ({
    ...workflow,
    suspend: true,
    steps: moved({ steps: untimed(workflow) }, "running", { phase: "suspending" }, step),
  }),
  terminate: (workflow) => {
    const failed = { phase: "failed", reason: "Terminate" };
    const steps = moved({ steps: moved(workflow, "running", failed) }, "suspending", failed);
    return { ...workflow, terminated: true, suspend: false, steps };
  },
  restart: () => undefined,
};

/** A suspend step that would end by itself waits for the person who suspends it now. */
const untimed = (holder: JsonObject, key = "steps"): Json =>
  asList(own(holder, key)).map((step) => {
    const inner = asObject(step);
    const isWaiting = own(step, "type") === "suspend" && own(step, "phase") === "suspending";
    return {
      ...inner,
      ...(isWaiting ? { message: awaitsPerson } : {}),
      ...(own(step, "subSteps") === undefined ? {} : { subSteps: untimed(inner, "subSteps") }),
    };
  });

/** The steps, and their sub-steps, with those of one phase changed; where one is named, that one and what is in it. */
const moved = (holder: JsonObject, phase: string, change: JsonObject, only?: string, key = "steps"): Json =>
  asList(own(holder, key)).map((step) => {
    const isMeant = only === undefined || own(step, "name") === only;
    const inner = asObject(step);
    const subSteps =
      own(step, "subSteps") === undefined
        ? {}
        : { subSteps: moved(inner, phase, change, isMeant ? undefined : only, "subSteps") };
    return { ...inner, ...(isMeant && own(step, "phase") === phase ? change : {}), ...subSteps };
  });

function withWorkflow(app: JsonObject, workflow: JsonObject | undefined): JsonObject {
  const { workflow: _dropped, ...rest } = asObject(own(app, "status"));
  return { ...app, status: workflow === undefined ? rest : { ...rest, workflow } };
}

/**
 * The Application that takes a component back to `revision`: pinned by `targetRevision` in one batch of all pods, the canary
 * workflow dropped, as the user would write it.
 */
export function rollback(app: JsonObject, component: string, revision: string): JsonObject {
  const spec = asObject(own(app, "spec"));
  const { workflow: _dropped, ...rest } = spec;
  const components = asList(own(spec, "components")).map((item) =>
    own(item, "name") === component
      ? { ...asObject(item), traits: pinned(asList(own(item, "traits")), revision) }
      : item,
  );
  return { ...app, spec: { ...rest, components } };
}

const pinned = (traits: readonly Json[], revision: string): Json[] =>
  traits.map((trait) => {
    if (own(trait, "type") !== "rollout") return trait;
    const { batchPartition: _dropped, ...properties } = asObject(own(trait, "properties"));
    const size = own(properties, "targetSize") ?? 0;
    return {
      ...asObject(trait),
      properties: { ...properties, targetRevision: revision, rolloutBatches: [{ replicas: size }] },
    };
  });
