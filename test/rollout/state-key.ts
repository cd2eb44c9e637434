import { at, type Json, own } from "../../src/model/json.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { keyOf } from "../../src/simulate/paper-cluster.ts";
import type { State } from "./model-state.ts";

/** Short names for long texts, and for the objects that stand for them: the states of a world share most of theirs. */
export class StateKeys {
  private readonly texts = new Map<string, number>();
  private readonly objects = new WeakMap<KubeObject, number>();

  /** What tells one state from another, without generations and times. */
  of({ cluster, pending, past, act, deaths, crashes, resumed, decided }: State): string {
    const objects = [...cluster.objects].map(([name, object]) => `${this.text(name)}:${this.object(object)}`);
    const pods = [...cluster.pods].map(
      ([name, { readyAt }]) => `${this.text(name)}:${readyAt.filter((time) => time <= 0).length}/${readyAt.length}`,
    );
    const actions = pending.map((action) =>
      action.do === "write-status"
        ? this.json(at(action.status, "workflow"))
        : `${action.do} ${this.text(keyOf(action.object))}:${this.object(action.object)}`,
    );
    const rest = [[...cluster.changed], decided?.ready ?? null, past.map(({ weights }) => weights), resumed ?? null];
    return [objects, pods, actions, this.json(rest), act, deaths, crashes].join(" ");
  }

  private object(object: KubeObject): number {
    const known = this.objects.get(object);
    if (known !== undefined) return known;
    const number = this.json(relevant(object));
    this.objects.set(object, number);
    return number;
  }

  private json(value: unknown): number {
    return this.text(JSON.stringify(value ?? null));
  }

  private text(text: string): number {
    const known = this.texts.get(text) ?? this.texts.size;
    this.texts.set(text, known);
    return known;
  }
}

function relevant(object: KubeObject): unknown {
  const kind = object["kind"];
  if (kind === "Application")
    return [
      at(object, "spec"),
      at(object, "status", "status"),
      at(object, "status", "workflow"),
      at(object, "status", "services"),
      at(object, "status", "conditions"),
      at(object, "status", "latestRevision"),
    ];
  if (kind === "Deployment") return at(object, "spec", "replicas");
  if (kind === "ControllerRevision")
    return at(object, "metadata", "annotations") === undefined ? 0 : stableOrder(object);
  if (kind === "ApplicationRevision") return 0;
  return kind === "ComponentRollout" ? own(object, "status") : own(object, "spec");
}
const stableOrder = (object: KubeObject): Json | undefined =>
  at(object, "metadata", "annotations", "rollguard.dev/stable-since");
