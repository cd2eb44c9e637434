import type { Application } from "../model/application.ts";
import { asList, at, isObject, own } from "../model/json.ts";
import { type Finding, rule } from "./rule.ts";

const most = { components: 100, traits: 50, steps: 200, values: 20000, levels: 100 };

export default rule({
  id: "application-is-of-bounded-size",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant:
    "An Application has at most 100 components, 50 traits a component, 200 steps, 20000 values and 100 levels.",
  because: "A verdict must be instant, whoever asks for it.",
  reads: [],
  gate: true,
  *check({ app }) {
    yield* judgeSize(app);
    yield* judgeLists(app);
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

/** Counts without recursion and no further than allowed: how deep and how large it is was the sender's choice. */
function* judgeSize({ raw }: Application): Generator<Finding> {
  const waiting: { inner: readonly unknown[]; depth: number }[] = [{ inner: [own(raw, "spec")], depth: 0 }];
  let values = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { inner, depth } = next;
    values += inner.length;
    if (values > most.values)
      return yield { field: "spec", message: `has over ${most.values} values, at most ${most.values} are possible` };
    if (depth > most.levels)
      return yield { field: "spec", message: `has over ${most.levels} levels, at most ${most.levels} are possible` };
    for (const value of inner) {
      const members = isObject(value) ? Object.values(value) : asList(value);
      if (members.length > 0) waiting.push({ inner: members, depth: depth + 1 });
    }
  }
}
