import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join as joinPath, sep } from "node:path";
import { asList, asText, isObject, type Json, type JsonObject, own } from "../model/json.ts";
import { parseStrictly } from "../model/strict-json.ts";
import { parseYaml, positionsOf, type YamlEvents } from "./yaml.ts";

/** A file that cannot be read: one line with the place, what is wrong there and what is required. */
export class FileError extends Error {}

export interface Place {
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}

/** A Kubernetes object from a file. */
export interface FileDocument {
  /** As given on the command line, or found in a folder that was. */
  readonly file: string;
  readonly line: number;
  readonly object: JsonObject;
  /** The place of the value at a field path, or of the nearest that is there. */
  locate(field: string): Place;
}

const extensions = [".yaml", ".yml", ".json"];
/** Values in one document, aliases expanded: what a text spells out has fewer than characters; more is a bomb. */
const maxValues = (text: string): number => Math.max(100_000, text.length);
const maxDepth = 100;

/** The objects of files, folders (every YAML and JSON file in them) and, for `-`, of standard input. Lists are flattened. */
export const loadDocuments = (paths: readonly string[]): readonly FileDocument[] =>
  paths.flatMap((path) => filesOf(path).flatMap((file) => documentsOf(file, read(file))));

function filesOf(path: string): readonly string[] {
  if (path === "-") return [path];
  const status = readable(path, () => statSync(path, { throwIfNoEntry: false }));
  if (!status) throw new FileError(`${path}: no such file or folder`);
  if (!status.isDirectory()) return [path];
  return readable(path, () => readdirSync(path, { recursive: true, encoding: "utf8" }))
    .filter((file) => extensions.includes(extname(file)) && !isHidden(file))
    .map((file) => joinPath(path, file))
    .filter((file) => !statSync(file, { throwIfNoEntry: false })?.isDirectory())
    .sort();
}

/** A mounted ConfigMap has its files twice: once in a folder that begins with two dots. */
const isHidden = (file: string): boolean => file.split(sep).some((part) => part.startsWith("."));

function read(file: string): string {
  const bytes = readable(file, () => readFileSync(file === "-" ? 0 : file));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FileError(`${file}: is not UTF-8 text`);
  }
}

function readable<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "unknown error";
    throw new FileError(`${file}: cannot be read (${code})`);
  }
}

function documentsOf(file: string, text: string): FileDocument[] {
  let lines: readonly number[] | undefined;
  let positions: ReturnType<typeof positionsOf> | undefined;
  const { documents, events } = parse(file, text);
  return documents.flatMap((value, index) => {
    if (value === null || value === undefined) return [];
    const at = (field: string): Place => {
      positions ??= positionsOf(text, events);
      lines ??= lineStarts(text);
      return placeOf(lines, nearest(positions[index], field));
    };
    if (!isObject(value))
      throw new FileError(`${file}:${at("").line}: an object is required, apiVersion and kind first`);
    check(value, maxValues(text), (fault) => new FileError(`${file}:${at("").line}: the document ${fault}`));
    return flattened(value).map(({ object, prefix }) => ({
      file,
      get line() {
        return at(prefix).line;
      },
      object,
      locate: (field: string) => at(prefix === "" || field === "" ? prefix + field : `${prefix}.${field}`),
    }));
  });
}

interface Parsed {
  readonly documents: readonly unknown[];
  /** Of a text in YAML: what it was read from. */
  readonly events?: YamlEvents;
}

function parse(file: string, text: string): Parsed {
  if (extname(file) === ".json") {
    const parsed = parseStrictly(text);
    if ("fault" in parsed) {
      const { line, column } = placeOf(lineStarts(text), parsed.offset);
      throw new FileError(`${file}:${line}:${column}: ${parsed.path || "the document"} ${parsed.fault}`);
    }
    return { documents: [parsed.value] };
  }
  const parsed = parseYaml(text);
  if ("reason" in parsed) throw new FileError(`${file}:${parsed.line + 1}:${parsed.column + 1}: ${parsed.reason}`);
  return parsed;
}

/** Objects of a List stand in its `items` (kubectl get -o yaml). */
function flattened(value: JsonObject): { object: JsonObject; prefix: string }[] {
  const isList = (asText(own(value, "kind")) ?? "").endsWith("List") && Array.isArray(own(value, "items"));
  if (!isList) return [{ object: value, prefix: "" }];
  return asList(own(value, "items")).flatMap((object, i) =>
    isObject(object) ? [{ object, prefix: `items[${i}]` }] : [],
  );
}

/** Refuses what is no JSON, or would be too much of it once aliases are expanded. */
function check(document: JsonObject, limit: number, refusal: (fault: string) => FileError): void {
  let values = 0;
  const visit = (value: Json | undefined, depth: number): void => {
    const fault = ++values > limit ? `holds more than ${limit} values` : faultOf(value, depth);
    if (fault !== undefined) throw refusal(fault);
    for (const member of membersOf(value)) visit(member, depth + 1);
  };
  visit(document, 0);
}

function faultOf(value: Json | undefined, depth: number): string | undefined {
  if (depth > maxDepth) return `nests deeper than ${maxDepth} levels`;
  if (typeof value === "number" && !Number.isFinite(value)) return "has a number that JSON does not have";
  return isObject(value) && Object.hasOwn(value, "__proto__") ? 'has the key "__proto__"' : undefined;
}

const membersOf = (value: Json | undefined): readonly (Json | undefined)[] =>
  isObject(value) ? Object.values(value) : asList(value);

const lineStarts = (text: string): readonly number[] => [
  0,
  ...[...text.matchAll(/\n/g)].map((match) => match.index + 1),
];

function placeOf(starts: readonly number[], offset: number): Place {
  let line = 0;
  for (let low = 0, high = starts.length - 1; low <= high; ) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) {
      line = middle;
      low = middle + 1;
    } else high = middle - 1;
  }
  return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
}

/** The offset of the longest part of a field path that is there. */
function nearest(positions: ReadonlyMap<string, number> | undefined, field: string): number {
  for (let path = field; path !== ""; path = path.replace(/(?:^|\.)[^.[\]]+$|\[(?:\d+|"(?:[^"\\]|\\.)*")\]$/, "")) {
    const offset = positions?.get(path);
    if (offset !== undefined) return offset;
    if (!/(?:^|\.)[^.[\]]+$|\[(?:\d+|"(?:[^"\\]|\\.)*")\]$/.test(path)) break;
  }
  return positions?.get("") ?? 0;
}
