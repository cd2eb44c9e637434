import {
  boolYaml11Tag,
  constructFromEvents,
  defineScalarTag,
  dump,
  EVENT_ID,
  FAILSAFE_SCHEMA,
  floatYaml11Tag,
  intYaml11Tag,
  mergeTag,
  NOT_RESOLVED,
  nullYaml11Tag,
  parseEvents,
  Schema,
  YAMLException,
} from "js-yaml";
import { join } from "../model/json.ts";
import { readFloat, readInteger } from "./yaml-numbers.ts";

/** YAML as kubectl reads it: merge keys, `010` is 8, `no` is false; but no dates, which Kubernetes does not have. */
const tags = [...FAILSAFE_SCHEMA.tags, nullYaml11Tag, boolYaml11Tag, mergeTag];
const readingTag = (tag: typeof intYaml11Tag, read: (source: string) => number | undefined) =>
  defineScalarTag(tag.tagName, { ...tag, resolve: (source) => read(source) ?? NOT_RESOLVED });
const schema = new Schema([...tags, readingTag(intYaml11Tag, readInteger), readingTag(floatYaml11Tag, readFloat)]);

/** What any reader of YAML 1.1 takes for a number is quoted where it is a string. */
const printingTag = (tag: typeof intYaml11Tag, read: (source: string) => number | undefined) =>
  defineScalarTag(tag.tagName, { ...tag, resolve: (source, ...rest) => read(source) ?? tag.resolve(source, ...rest) });
const printSchema = new Schema([
  ...tags,
  printingTag(intYaml11Tag, readInteger),
  printingTag(floatYaml11Tag, readFloat),
]);

/** Nobody writes more by hand; more is a bomb. */
const maxAliases = 1000;

/** Zero-based place in a text, and what is wrong there. */
export interface YamlFault {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

export type YamlEvents = ReturnType<typeof parseEvents>;

/** The documents of a text; aliases are shared references in them. */
export function parseYaml(
  text: string,
): { readonly documents: readonly unknown[]; readonly events: YamlEvents } | YamlFault {
  try {
    const events = parseEvents(text, {});
    return { documents: constructFromEvents(events, { source: text, schema, maxAliases }), events };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { line: error.mark?.line ?? 0, column: error.mark?.column ?? 0, reason: error.reason };
  }
}

export const printYaml = (value: unknown): string => dump(value, { schema: printSchema, noRefs: true, lineWidth: -1 });

/** For each document the offset of every value in the text, by field path; "" is the document itself. */
export function positionsOf(text: string, events = parseEvents(text, {})): readonly ReadonlyMap<string, number>[] {
  const documents: Map<string, number>[] = [];
  const open: Container[] = [];
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) documents.push(new Map());
    if (event.type === EVENT_ID.POP) open.pop();
    else open.push(...opened(event, text, open.at(-1), documents.at(-1)));
  }
  return documents;
}

type Value = Exclude<YamlEvents[number], { type: typeof EVENT_ID.POP }>;

/** Enters the value of an event, and gives the container that it opens. */
function opened(
  event: Value,
  text: string,
  parent: Container | undefined,
  positions: Map<string, number> | undefined,
): Container[] {
  if (event.type === EVENT_ID.DOCUMENT) return [{ path: "", index: undefined, key: undefined }];
  const path =
    parent && enter(parent, event.type === EVENT_ID.SCALAR ? text.slice(event.valueStart, event.valueEnd) : "");
  if (path !== undefined) positions?.set(path, offsetOf(event));
  if (event.type === EVENT_ID.MAPPING) return [{ path: path ?? "?", index: undefined, key: null }];
  return event.type === EVENT_ID.SEQUENCE ? [{ path: path ?? "?", index: 0, key: undefined }] : [];
}

function offsetOf(event: Exclude<Value, { type: typeof EVENT_ID.DOCUMENT }>): number {
  if (event.type === EVENT_ID.SCALAR) return event.valueStart;
  return event.type === EVENT_ID.ALIAS ? event.anchorStart : event.start;
}

/** A mapping (whose next scalar is a key while `key` is null), a sequence with its next index, or a document. */
interface Container {
  readonly path: string;
  index: number | undefined;
  key: string | null | undefined;
}

/** The path of the value that comes next in a container; undefined where it is a key. */
function enter(container: Container, scalar: string): string | undefined {
  if (container.index !== undefined) return join(container.path, container.index++);
  if (container.key === undefined) return container.path;
  if (container.key === null) {
    container.key = scalar;
    return undefined;
  }
  const path = join(container.path, container.key);
  container.key = null;
  return path;
}
