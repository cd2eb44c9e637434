import type { Application } from "../model/application.ts";
import { derivedNames, maxComponentName } from "../model/derived.ts";
import { applicationPlaces } from "../model/places.ts";
import { repeats } from "../model/repeats.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

/** A CronJob appends 11 characters for its Jobs, and a Job labels its pods with its name; names of others fit anyway. */
const limits: Readonly<Partial<Record<string, number>>> = { CronJob: 52, Job: 63 };

export default rule({
  id: "derived-names-fit",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "The names of derived objects are within the limits of their kinds, and no two are the same.",
  because: "The API server would refuse the object in mid-rollout, or one would overwrite the other.",
  reads: [],
  *check({ app }) {
    const derived = everyName(app);
    for (const { kind, name, path } of derived) {
      const limit = limits[kind];
      if (limit !== undefined && name.length > limit)
        yield {
          field: path,
          message: `${kind} ${quote(name)} has ${name.length} characters, at most ${limit} are possible`,
          from: [applicationPlaces, path],
        };
    }
    for (const [{ kind, name, path, component }, first] of repeats(derived, ({ kind, name }) => `${kind} ${name}`))
      if (component !== first.component)
        yield {
          field: path,
          message: `${kind} ${quote(name)} is also derived from component ${quote(first.component)}, a different name is required`,
          from: [applicationPlaces, path],
        };
  },
});

/** Those of names that are judged as too long anyway are left out. */
const everyName = (app: Application) =>
  app.components
    .filter(({ name }) => name !== "" && name.length <= maxComponentName && app.name.length <= 63)
    .flatMap((component) =>
      derivedNames(app, component).map((derived) => ({
        ...derived,
        path: `${component.path}.name`,
        component: component.name,
      })),
    );
