import { inOrder } from "../model/revision.ts";
import type { Frame, RevisionFrame } from "../simulate/frame.ts";
import { plain, podsBar, slotText } from "./bars.ts";
import { width } from "./print.ts";

/** The columns of a revision in a timeline. */
export interface Slot {
  readonly component: string;
  readonly name: string;
  /** Stands before what is to be seen of it, where no title says whose column it is. */
  readonly label: string;
  readonly podsWidth: number;
  readonly width: number;
}

/** The columns of the revisions in some frames: under a title, or with their names in every line. */
export function slotsOf(frames: readonly Frame[], isTitled: boolean): readonly Slot[] {
  return [...statesOf(frames)].flatMap(([component, states]) =>
    [...states.keys()]
      .sort(inOrder)
      .map((name) => slotOf({ component, name, label: isTitled ? "" : `${name} ` }, states.get(name) ?? [])),
  );
}

function slotOf(whose: Pick<Slot, "component" | "name" | "label">, states: readonly RevisionFrame[]): Slot {
  const podsWidth = widest(states, podsBar);
  const own = widest(states, (state) => whose.label + slotText(state, podsWidth, plain));
  return { ...whose, podsWidth, width: Math.max(whose.label === "" ? width(whose.name) : 0, own) };
}

const widest = (states: readonly RevisionFrame[], text: (state: RevisionFrame) => string): number =>
  states.reduce((most, state) => Math.max(most, width(text(state))), 0);

/** By component and revision, what the frames show of it. */
function statesOf(frames: readonly Frame[]): ReadonlyMap<string, ReadonlyMap<string, readonly RevisionFrame[]>> {
  const byComponent = new Map<string, Map<string, RevisionFrame[]>>();
  for (const [component, { revisions }] of frames.flatMap(({ components }) => Object.entries(components))) {
    const states = byComponent.get(component) ?? new Map<string, RevisionFrame[]>();
    byComponent.set(component, states);
    for (const [name, state] of Object.entries(revisions)) {
      const known = states.get(name);
      if (known) known.push(state);
      else states.set(name, [state]);
    }
  }
  return byComponent;
}

/** What a frame shows of a revision, as wide as its columns. */
export function cell(
  { component, name, label, podsWidth, width: full }: Slot,
  frame: Frame,
  paint: typeof plain,
): string {
  const state = frame.components[component]?.revisions[name];
  const text = (colours: typeof plain) => (state ? label + slotText(state, podsWidth, colours) : "");
  return text(paint) + " ".repeat(full - width(text(plain)));
}
