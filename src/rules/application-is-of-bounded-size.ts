import { type Application, sum } from "../model/application.ts";
import { asList, at, isObject, own } from "../model/json.ts";
import { gatewayRouteCount } from "../model/routes.ts";
import { type Finding, rule } from "./rule.ts";

const most = {
  components: 100,
  traits: 50,
  steps: 200,
  routes: 5000,
  values: 20000,
  levels: 100,
  characters: 1_500_000,
};

export default rule({
  id: "application-is-of-bounded-size",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant:
    "An Application has at most 100 components, 50 traits a component, 200 steps, 5000 gateway routes, 20000 values, 100 levels and 1500000 characters.",
  because: "A verdict must be instant, whoever asks for it, and etcd stores no more than 1.5 MiB.",
  reads: [],
  gate: true,
  *check({ app }) {
    yield* judgeSize(app);
    yield* judgeLists(app);
    yield* judgeRoutes(app);
  },
});

function* judgeLists({ raw }: Application): Generator<Finding> {
  const components = asList(at(raw, "spec", "components"));
  if (components.length > most.components)
    yield {
      field: "spec.components",
      message: `has ${components.length} components, at most ${most.components} are possible`,
    };
  for (const [i, component] of components.entries()) {
    const traits = asList(own(component, "traits")).length;
    if (traits > most.traits)
      yield {
        field: `spec.components[${i}].traits`,
        message: `has ${traits} traits, at most ${most.traits} are possible`,
      };
  }
  const steps = asList(at(raw, "spec", "workflow", "steps"));
  const all = steps.reduce((total: number, step) => total + 1 + asList(own(step, "subSteps")).length, 0);
  if (all > most.steps)
    yield { field: "spec.workflow.steps", message: `has ${all} steps, at most ${most.steps} are possible` };
}

function* judgeRoutes({ components }: Application): Generator<Finding> {
  const routes = sum(components.map(gatewayRouteCount));
  if (routes > most.routes)
    yield {
      field: "spec.components",
      message: `has ${routes} gateway routes, at most ${most.routes} are possible`,
    };
}

/** Counts without recursion and no further than allowed: how deep and how large it is was the sender's choice. */
function* judgeSize({ raw }: Application): Generator<Finding> {
  const waiting: { inner: readonly unknown[]; depth: number }[] = [{ inner: [own(raw, "spec")], depth: 0 }];
  const counted = { values: 0, levels: 0, characters: 0 };
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { inner, depth } = next;
    counted.values += inner.length;
    counted.levels = Math.max(counted.levels, depth);
    counted.characters += inner.reduce((total: number, value) => total + charactersOf(value), 0);
    const excess = (["values", "levels", "characters"] as const).find((what) => counted[what] > most[what]);
    if (excess)
      return yield {
        field: "spec",
        message: `has over ${most[excess]} ${excess}, at most ${most[excess]} are possible`,
      };
    for (const value of inner) {
      const members = isObject(value) ? Object.values(value) : asList(value);
      if (members.length > 0) waiting.push({ inner: members, depth: depth + 1 });
    }
  }
}

/** Of a string, or of the keys of an object; its members are counted for themselves. */
function charactersOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  return isObject(value) ? Object.keys(value).reduce((total, key) => total + key.length, 0) : 0;
}
