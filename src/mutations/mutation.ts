import type { Application } from "../model/application.ts";
import type { Lookup, World } from "../model/world.ts";

/**
 * A string to add at a place where there is none. Mutations name additions instead of editing, so they are idempotent, do
 * not depend on their order, and cannot replace what the user set.
 */
export interface Addition {
  readonly path: readonly (string | number)[];
  readonly value: string;
  /** Whether an empty string there is none either; elsewhere it is a value that the user set. */
  readonly overEmpty?: true;
}

export interface Mutation<K extends Lookup = Lookup> {
  readonly id: string;
  readonly because: string;
  readonly reads: readonly K[];
  additions(app: Application, world: World<K>): Iterable<Addition>;
}

export const mutation = <const K extends Lookup = never>(declared: Mutation<K>): Mutation<K> => declared;
