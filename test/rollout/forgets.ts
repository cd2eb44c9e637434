import { asInteger, at } from "../../src/model/json.ts";
import { names } from "../../src/model/names.ts";
import { type KubeObject, labelOf, nameOf } from "../../src/model/world.ts";
import type { Observed } from "../../src/rollout/observed.ts";

/** As many superseded revisions are to be found at least, of a component or of the Application. */
export const keptRevisions = 10;

/**
 * What is wrong with the removal of a record of a revision: only a workflow that has ended lets one go that nothing names
 * any more, with ten left at least and the highest number among them.
 */
export function forgetFaults(observed: Observed, object: KubeObject): readonly string[] {
  const name = nameOf(object);
  const isEnded = at(observed.app, "status", "workflow", "status") === "succeeded";
  const component = labelOf(object, names.component);
  const isGone = component !== undefined && !JSON.stringify(at(observed.app, "spec")).includes(`"name":"${component}"`);
  const others = observed.objects.filter(
    (other) =>
      other["kind"] === object["kind"] && labelOf(other, names.component) === component && nameOf(other) !== name,
  );
  const isOver =
    isGone || (others.length >= keptRevisions && others.some((other) => numberOf(other) > numberOf(object)));
  const users = [observed.app, ...observed.objects.filter(({ kind }) => !String(kind).endsWith("Revision"))].filter(
    (other) => JSON.stringify(other).includes(`"${name}"`),
  );
  return [
    ...(isEnded ? [] : [`the record of ${name} goes before the workflow has ended`]),
    ...(isOver ? [] : [`the record of ${name} goes, and too few are left, or none with a higher number`]),
    ...users.map((user) => `the record of ${name} goes while ${String(user["kind"])} ${nameOf(user)} names it`),
  ];
}

const numberOf = (object: KubeObject): number =>
  asInteger(object["revision"]) ?? Number(/\d+$/.exec(nameOf(object))?.[0]);
