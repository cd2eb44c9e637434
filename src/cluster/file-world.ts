import { rolledOut } from "../model/history.ts";
import { names } from "../model/names.ts";
import { type KubeObject, kindOf, type Lookup, nameOf, namespaceOf, type World, worldOf } from "../model/world.ts";
import { type FileDocument, FileError, loadDocuments } from "./files.ts";

/** A world from files, and what it can tell. */
export interface FileWorld {
  readonly world: World;
  readonly knows: (lookup: Lookup) => boolean;
}

/** What a history alone tells: the Applications that were applied, and the revisions that they left. */
const historical: readonly Lookup[] = [
  "Application",
  "Application by component",
  "ControllerRevision",
  "ControllerRevision by component",
  "ComponentRollout",
];

/**
 * A world of `after` files, each applied and rolled out completely in the order given, and of `world` files, which hold
 * objects as they are: where both have the same object, the latter is the live one. Without `world` files the history is
 * all that is known; with them, what is not in them does not exist.
 */
export function worldFromFiles(after: readonly string[], world: readonly string[]): FileWorld {
  const history = rolledOut(appliedIn(after));
  const objects = loadDocuments(world).map(served);
  const isKnown = world.length > 0 ? () => true : (lookup: Lookup) => historical.includes(lookup);
  return { world: worldOf([...history, ...objects]), knows: isKnown };
}

/** The Applications in files. */
export const appliedIn = (files: readonly string[]): readonly KubeObject[] =>
  loadDocuments(files)
    .map(served)
    .filter((object) => kindOf(object) === "Application");

/** An Application of another version would be read as if it had the fields of this one. */
function served({ file, object, locate }: FileDocument): KubeObject {
  if (kindOf(object) !== "Application" || object["apiVersion"] === names.applicationVersion) return object;
  throw new FileError(`${file}:${locate("apiVersion").line}: apiVersion must be ${names.applicationVersion}`);
}

/** The live object of the same kind, namespace and name. */
export const liveObject = ({ world }: FileWorld, object: KubeObject): KubeObject | undefined =>
  world.get("Application", namespaceOf(object), nameOf(object));
