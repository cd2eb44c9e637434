import { asList, asText, at, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import type { KubeObject } from "../model/world.ts";
import type { Trouble } from "../rollout/conditions.ts";
import type { Place } from "./refusal.ts";

/** The field manager, other than us, that wrote an object last; undefined where the API server does not know. */
export function rivalOf(object: KubeObject | undefined): string | undefined {
  const others = asList(at(object, "metadata", "managedFields"))
    .filter((entry) => own(entry, "manager") !== names.controller && own(entry, "subresource") === undefined)
    .map((entry) => ({ manager: asText(own(entry, "manager")), time: asText(own(entry, "time")) ?? "" }));
  return others.reduce((last, entry) => (entry.time >= last.time ? entry : last), { manager: undefined, time: "" } as {
    manager: string | undefined;
    time: string;
  }).manager;
}

/** What people are told of an object, as it is now, that somebody else writes again and again. */
export function fightTrouble({ kind, name }: Place, live: KubeObject | undefined): Trouble {
  const rival = rivalOf(live);
  const who = live === undefined ? "deleted again and again" : `changed again and again by ${rival ?? "somebody else"}`;
  return {
    type: "Conflict",
    message: `${kind} ${name} is ${who}, and left as it is until that stops: take it from the other writer, or pause Rollguard with the label ${names.pause}: "true"`,
  };
}
