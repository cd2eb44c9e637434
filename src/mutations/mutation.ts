import type { Application } from "../model/application.ts";
import type { Lookup, World } from "../model/world.ts";

/**
 * A value to add at a place where there is none. Mutations name additions instead of editing, so they are idempotent, do
 * not depend on their order, and cannot replace what the user set.
 */
export interface Addition {
  readonly path: readonly (string | number)[];
  readonly value: string;
}

export interface Mutation<K extends Lookup = Lookup> {
  readonly id: string;
  readonly because: string;
  readonly reads: readonly K[];
  additions(app: Application, world: World<K>): Iterable<Addition>;
}

export const mutation = <const K extends Lookup = never>(declared: Mutation<K>): Mutation<K> => declared;
