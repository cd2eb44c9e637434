import { applicationMistakes } from "../model/application-shape.ts";
import { isObject, type Json, own } from "../model/json.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "application-is-well-formed",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "Components, traits, policies and steps are lists of objects with a name and a type.",
  because: "The API server refuses anything else, so an offline check must too.",
  reads: [],
  *check({ app }) {
    for (const mistake of applicationMistakes(app)) if (mistake.kind !== "unknown") yield mistake;
    const metadata = own(app.raw, "metadata");
    if (isObject(metadata) && ["name", "generateName"].every((key) => isAbsent(own(metadata, key))))
      yield { field: "metadata.name", message: "is missing, a string is required", from: ["metadata.name"] };
  },
});

const isAbsent = (value: Json | undefined): boolean => value === undefined || value === null || value === "";
