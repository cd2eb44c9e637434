import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { holdLock } from "./processes.ts";

export type Progress = (line: string) => void;

/** The root of the sources: this file runs from a build folder at any depth below it. */
function findRoot(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error("the bed must run inside its source tree: no package.json above it");
  return findRoot(parent);
}

export const sourceRoot = findRoot(dirname(fileURLToPath(import.meta.url)));
const pins = join(sourceRoot, "test/e2e/bed/modules");

export const pinFolder = (name: string): string => join(pins, name);

const cacheRoot = (): string => join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "rollguard-e2e");

/** A change of a pin, or of how it is built, is a folder of its own: nothing in the cache is ever out of date. */
export function cacheFolder(name: string, pinFiles: readonly string[], recipe: unknown): string {
  const hash = createHash("sha256").update(JSON.stringify([recipe, process.arch]));
  for (const file of pinFiles) hash.update(readFileSync(join(pinFolder(name), file)));
  return join(cacheRoot(), `${name}-${hash.digest("hex").slice(0, 12)}`);
}

/**
 * Makes a file once. Readers see all of it or nothing, also when its maker is ended half-way; of two that want it at the same
 * time one makes it, and the other waits.
 */
export async function once(path: string, make: (temporary: string) => Promise<void>): Promise<string> {
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  const unlock = await holdLock(`${path}.lock`);
  try {
    if (!existsSync(path)) await makeNow(path, make);
    return path;
  } finally {
    await unlock();
  }
}

async function makeNow(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const prefix = `${path}.making-`;
  // Under the lock, what bears this name was left by a maker that was ended.
  for (const left of readdirSync(dirname(path)).filter((name) => name.startsWith(basename(prefix)))) {
    rmSync(join(dirname(path), left), { recursive: true, force: true });
  }
  const workshop = mkdtempSync(prefix);
  try {
    const temporary = join(workshop, "made");
    await make(temporary);
    renameSync(temporary, path);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}
