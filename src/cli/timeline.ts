import { inOrder } from "../model/revision.ts";
import type { ComponentFrame, Frame, RevisionFrame } from "../simulate/frame.ts";
import { plain, podsBar, slotText } from "./bars.ts";
import { colour, printable, width } from "./print.ts";

/** A line of the timeline: when, what the revisions look like then, and what happened. */
interface Line {
  readonly frame: Frame;
  readonly events: readonly string[];
  readonly isAct: boolean;
}

/** The columns of a revision. */
interface Slot {
  readonly name: string;
  readonly podsWidth: number;
  readonly width: number;
}

/** What a person or the script does, as opposed to what follows from it. */
export type IsAct = (event: string) => boolean;

/** Frames for people: one line for each change of pods or weights, bars for both, and where it waits and for whom. */
export function timeline(frames: readonly Frame[], isAct: IsAct): string {
  const revisions = revisionsOf(frames);
  const slots = revisions.map((name) => {
    const states = frames.flatMap((frame) => revisionIn(frame, name) ?? []);
    const podsWidth = Math.max(0, ...states.map((state) => width(podsBar(state))));
    return {
      name,
      podsWidth,
      width: Math.max(width(name), ...states.map((state) => width(slotText(state, podsWidth, plain)))),
    };
  });
  const several = frames.some((frame) => frame.application !== undefined);
  const title = [" ".repeat(7), ...slots.map((slot) => slot.name.padEnd(slot.width))].join("  ");
  const lines = linesOf(frames, isAct);
  const texts = lines.flatMap((line, i) => [
    ...lineText(line, slots, several),
    ...pauseText(line, lines[i - 1], lines[i + 1]),
  ]);
  return [colour.bold(title.trimEnd()), ...texts].join("\n");
}

/** All revisions, component by component, oldest first. */
function revisionsOf(frames: readonly Frame[]): readonly string[] {
  const byComponent = new Map<string, Set<string>>();
  for (const [component, { revisions }] of frames.flatMap(({ components }) => Object.entries(components))) {
    const known = byComponent.get(component) ?? new Set();
    for (const name of Object.keys(revisions)) known.add(name);
    byComponent.set(component, known);
  }
  return [...byComponent.values()].flatMap((names) => [...names].sort(inOrder));
}

const revisionIn = ({ components }: Frame, name: string): RevisionFrame | undefined =>
  Object.values(components).flatMap(({ revisions }) => revisions[name] ?? [])[0];

/** What only moves a phase or a step belongs to the line of the change that it follows from. */
function linesOf(frames: readonly Frame[], isAct: IsAct): readonly Line[] {
  const lines: Line[] = [];
  for (const frame of frames) {
    const last = lines.at(-1);
    const isOne =
      last &&
      !last.isAct &&
      last.frame.at === frame.at &&
      last.frame.application === frame.application &&
      looks(last.frame) === looks(frame);
    if (isOne && !isAct(frame.event))
      lines[lines.length - 1] = { ...last, frame, events: [...new Set([...last.events, frame.event])] };
    else lines.push({ frame, events: [frame.event], isAct: isAct(frame.event) });
  }
  return lines;
}

const looks = ({ components }: Frame): string =>
  JSON.stringify(Object.values(components).map(({ revisions }: ComponentFrame) => revisions));

function lineText({ frame, events, isAct }: Line, slots: readonly Slot[], several: boolean): string[] {
  const time = clock(frame.at).padStart(7);
  const name = several && frame.application !== undefined ? `${frame.application}: ` : "";
  if (isAct) return ["", `${colour.dim(time)}  ${colour.bold(`> ${name}${printable(events.join(", "))}`)}`];
  const cells = slots.map((slot) => {
    const state = revisionIn(frame, slot.name);
    const fill = " ".repeat(slot.width - width(slotText(state, slot.podsWidth, plain)));
    return slotText(state, slot.podsWidth, colour) + fill;
  });
  return [[colour.dim(time), ...cells, name + printable(events.join(", "))].join("  ").trimEnd()];
}

/** What it waits for is told once, before a person acts or the story ends; after an act that shows in nothing else, what is new. */
const pauseText = ({ frame, isAct }: Line, before: Line | undefined, next: Line | undefined): string[] =>
  isPause(frame) && (!isAct || frame.why !== before?.frame.why) && (next === undefined || next.isAct)
    ? [`${" ".repeat(9)}${colour.yellow(`= ${printable(frame.why)}`)}`]
    : [];

/** Where it goes on by a person only: then the reason names what the person can do. */
const isPause = ({ why }: Frame): boolean => /rollguard (?:resume|restart|rollback) |apply (?:a fix|one)/.test(why);

const clock = (seconds: number): string => {
  const whole = Math.floor(seconds);
  const fraction = seconds === whole ? "" : `.${String(Math.round((seconds - whole) * 10))}`;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}${fraction}`;
};
