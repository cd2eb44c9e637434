import {
  asInteger,
  asList,
  asObject,
  asText,
  asTextMap,
  at,
  isObject,
  type Json,
  type JsonObject,
  join,
  own,
} from "./json.ts";
import { remembered, rememberedPart } from "./remembered.ts";

/**
 * An Application as applied (core.oam.dev/v1beta1). Readers are total: what is malformed is left out here and reported
 * by `application-is-well-formed`, so that every other rule sees values of the right type only.
 */
export interface Application {
  readonly raw: JsonObject;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly components: readonly Component[];
  readonly workflow: Workflow;
  readonly policies: readonly (Typed & { readonly raw: JsonObject })[];
}

/** Something with a type and properties, and the path at which it stands. */
export interface Typed {
  readonly path: string;
  readonly name: string;
  readonly type: string;
  readonly properties: JsonObject;
}

export interface Component extends Typed {
  readonly raw: JsonObject;
  readonly traits: readonly Trait[];
  readonly dependsOn: readonly string[];
  readonly externalRevision?: string;
}

export type Trait = Omit<Typed, "name">;

export interface Workflow {
  /** Mode of the top-level steps and default mode of sub-steps (kubevela/workflow: api/v1alpha1). */
  readonly mode: Mode;
  readonly subMode: Mode;
  readonly steps: readonly Step[];
}
export type Mode = "StepByStep" | "DAG";

export interface Step extends Typed {
  readonly raw: JsonObject;
  readonly dependsOn: readonly string[];
  readonly mode: Mode;
  readonly subSteps: readonly Step[];
}

/** The Application in an object, read once for each; what its spec lists once for all statuses beside it. */
export const readApplication = remembered((raw: JsonObject) => parseApplication(raw, componentsOnce, workflowOnce));

/** The same, for who looks once and keeps nothing of it. */
export function parseApplication(raw: JsonObject, components = readComponents, workflow = readWorkflow): Application {
  const spec = own(raw, "spec");
  const metadata = own(raw, "metadata");
  return {
    raw,
    name: asText(own(metadata, "name")) ?? "",
    namespace: asText(own(metadata, "namespace")) || "default",
    labels: asTextMap(own(metadata, "labels")),
    annotations: asTextMap(own(metadata, "annotations")),
    components: components(own(spec, "components")),
    workflow: workflow(own(spec, "workflow")),
    policies: typed(own(spec, "policies"), "spec.policies"),
  };
}

/** The items of a list that are objects; a type that is no string is "", and properties that are no object are none. */
function typed(list: Json | undefined, path: string): (Typed & { readonly raw: JsonObject })[] {
  return asList(list).flatMap((raw, i) => {
    if (!isObject(raw)) return [];
    const [name = "", type = ""] = ["name", "type"].map((key) => asText(own(raw, key)));
    return [{ raw, path: join(path, i), name, type, properties: asObject(own(raw, "properties")) }];
  });
}

const readComponents = (list: Json | undefined): readonly Component[] =>
  typed(list, "spec.components").map(readComponent);

function readComponent(component: Typed & { readonly raw: JsonObject }): Component {
  const externalRevision = asText(own(component.raw, "externalRevision"));
  return {
    ...component,
    traits: typed(own(component.raw, "traits"), join(component.path, "traits")),
    dependsOn: texts(own(component.raw, "dependsOn")),
    ...(externalRevision === undefined ? {} : { externalRevision }),
  };
}

function readWorkflow(workflow: Json | undefined): Workflow {
  const subMode = asMode(at(workflow, "mode", "subSteps"), "DAG");
  return {
    mode: asMode(at(workflow, "mode", "steps"), "StepByStep"),
    subMode,
    steps: typed(own(workflow, "steps"), "spec.workflow.steps").map((step, i) => readStep(step, `step-${i}`, subMode)),
  };
}

/** A step without a name is called `step-<i>`, a sub-step `<step>-<j>`, as KubeVela's mutating webhook names them. */
function readStep(step: Typed & { readonly raw: JsonObject }, unnamed: string, subMode: Mode): Step {
  const name = step.name || unnamed;
  return {
    ...step,
    name,
    dependsOn: texts(own(step.raw, "dependsOn")),
    mode: asMode(own(step.raw, "mode"), subMode),
    subSteps: typed(own(step.raw, "subSteps"), join(step.path, "subSteps")).map((sub, j) =>
      readStep(sub, `${unnamed}-${j}`, subMode),
    ),
  };
}

const componentsOnce = rememberedPart(readComponents);
const workflowOnce = rememberedPart(readWorkflow);

/** What has a workflow: all that is needed to know how its steps follow each other. */
export type Planned = Pick<Application, "workflow">;

/** A reading of a workflow, done once for each. */
export function onceForWorkflow<V>(read: (planned: Planned) => V): (planned: Planned) => V {
  const known = remembered((workflow: Workflow) => read({ workflow }));
  return ({ workflow }) => known(workflow);
}

const asMode = (value: Json | undefined, otherwise: Mode): Mode =>
  value === "DAG" || value === "StepByStep" ? value : otherwise;
const texts = (value: Json | undefined): string[] => asList(value).flatMap((item) => asText(item) ?? []);

/** The rollout trait of a canary component (kubevela/catalog: addons/rollout). Absent or ill-typed members are undefined. */
export interface RolloutTrait {
  readonly path: string;
  readonly targetSize: number | undefined;
  /** Pods of each batch; one batch of the whole size where none are listed; undefined where a listed one is no number. */
  readonly batches: readonly number[] | undefined;
  readonly batchesListed: boolean;
  readonly batchPartition: number | undefined;
  readonly targetRevision: string | undefined;
}

export const traitOf = (component: Component, type: string): Trait | undefined =>
  component.traits.find((trait) => trait.type === type);

export const rolloutOf = remembered((component: Component): RolloutTrait | undefined => {
  const trait = traitOf(component, "rollout");
  if (!trait) return undefined;
  const targetSize = count(own(trait.properties, "targetSize"));
  const listed = own(trait.properties, "rolloutBatches");
  return {
    path: join(trait.path, "properties"),
    targetSize,
    batches: listed === undefined ? whole(targetSize) : readBatches(listed),
    batchesListed: listed !== undefined,
    batchPartition: count(own(trait.properties, "batchPartition")),
    targetRevision: asText(own(trait.properties, "targetRevision")),
  };
});

const count = (value: Json | undefined): number | undefined => {
  const integer = asInteger(value);
  return integer !== undefined && integer >= 0 && integer <= 2147483647 ? integer : undefined;
};
const whole = (targetSize: number | undefined): number[] | undefined =>
  targetSize === undefined ? undefined : [targetSize];

function readBatches(listed: Json): number[] | undefined {
  const batches = asList(listed).map((batch) => count(own(batch, "replicas")));
  return batches.length > 0 && batches.every((replicas) => replicas !== undefined) ? (batches as number[]) : undefined;
}

/** The canary components: those with a rollout trait. */
export const canaryComponents = ({ components }: Application): readonly Component[] => canariesAmong(components);

const canariesAmong = remembered((components: readonly Component[]): readonly Component[] =>
  components.filter((component) => traitOf(component, "rollout")),
);

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
