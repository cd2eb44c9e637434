import { circles } from "../model/circles.ts";
import { stepNames } from "../model/places.ts";
import { quote } from "../model/shape.ts";
import { beginningOf, stepDependencies, stepWaits } from "../model/waits.ts";
import { allSteps } from "../model/workflow.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "step-dependencies-are-acyclic",
  codes: ["W06"],
  action: "Deny",
  about: "spec",
  invariant: "Steps depend on existing steps, without circles.",
  because: "The workflow would wait for ever.",
  reads: [],
  *check({ app }) {
    const dependencies = stepDependencies(app);
    for (const { path, name, awaited } of [...dependencies.values()].flat())
      if (!awaited)
        yield {
          field: path,
          message: `no step is called ${quote(name)}, must name a step of this workflow`,
          from: stepNames(app),
        };
    const steps = new Map(allSteps(app).flatMap((step) => [step.path, beginningOf(step)].map((key) => [key, step])));
    const blamed = new Set<string>();
    for (const circle of circles(stepWaits(app))) {
      const around = circle.flatMap((key) => steps.get(key) ?? []);
      const entries = around.map((step, i) => {
        const next = around[(i + 1) % around.length];
        return dependencies.get(step.path)?.find(({ awaited }) => awaited === next);
      });
      const i = entries.findIndex((entry) => entry !== undefined);
      const names = [...around.slice(i), ...around.slice(0, i + 1)].map(({ name }) => name);
      const { path } = entries[i] ?? {};
      if (path === undefined || blamed.has(path)) continue;
      blamed.add(path);
      yield { field: path, message: describe(names) };
    }
  },
});

function describe(names: readonly string[]): string {
  const chain = names.filter((name, i) => name !== names[i - 1]);
  if (chain.length < 2) return "the step waits for itself, must wait for another one";
  return `waits for a step that waits for this one in turn (${chain.map(quote).join(" -> ")}), must be a step that ends before`;
}
