import { type Application, canaryComponents } from "../model/application.ts";
import type { CanaryComponent } from "./component.ts";
import type { Aim } from "./goal.ts";
import { revisionState } from "./situation.ts";

/** A canary component, and where it is being taken. */
export interface Underway {
  readonly canary: CanaryComponent;
  readonly aim: Aim;
}

/** What a rollback would take back: revisions by component. */
export type Back = Readonly<Record<string, string>>;

/**
 * What a rollback would take back, where it is worth advising: every component that is being taken elsewhere than to its
 * stable revision. Nothing where one of those has only dead pods left, since all would wait for them.
 */
export function retreatOf(rollouts: readonly Underway[]): Back {
  const moving = rollouts.flatMap(({ canary, aim }) => {
    const { stable } = canary.situation;
    return stable === undefined || stable === aim.situation.target ? [] : [{ canary, stable }];
  });
  if (moving.some(({ canary, stable }) => isDead(canary, stable))) return {};
  return Object.fromEntries(moving.map(({ canary, stable }) => [canary.component.name, stable]));
}

/** Whether it takes something back, and a command can: what it edits is the Application as it is stored. */
export function isWayBack(back: Back, stored: Application): boolean {
  const editable = canaryComponents(stored).map(({ name }) => name);
  const components = Object.keys(back);
  return components.length > 0 && components.every((component) => editable.includes(component));
}

/** Whether a revision has pods, and none of them is ready, or no more come. */
function isDead({ situation }: CanaryComponent, name: string): boolean {
  const { replicas, ready, stuck } = revisionState(situation, name);
  return replicas > 0 && (ready === 0 || stuck);
}
