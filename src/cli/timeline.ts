import { sum } from "../model/application.ts";
import { inOrder } from "../model/revision.ts";
import { idle } from "../rollout/why.ts";
import { clock } from "../simulate/clock.ts";
import type { ComponentFrame, Frame, RevisionFrame } from "../simulate/frame.ts";
import { plain, podsBar, slotText } from "./bars.ts";
import { eventText } from "./event-text.ts";
import { colour, printable, width, wrapped } from "./print.ts";

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
      lines[lines.length - 1] = { ...last, frame, events: [...last.events, frame.event] };
    else lines.push({ frame, events: [frame.event], isAct: isAct(frame.event) });
  }
  return lines;
}

const looks = ({ components }: Frame): string =>
  JSON.stringify(Object.values(components).map(({ revisions }: ComponentFrame) => revisions));

function lineText({ frame, events, isAct }: Line, slots: readonly Slot[], several: boolean): string[] {
  const time = clock(frame.at).padStart(7);
  const name = several && frame.application !== undefined ? `${frame.application}: ` : "";
  const text = name + printable(eventText(events));
  if (isAct) return ["", `${colour.dim(time)}  ${colour.bold(`> ${text}`)}`];
  const cells = slots.map((slot) => {
    const state = revisionIn(frame, slot.name);
    const fill = " ".repeat(slot.width - width(slotText(state, slot.podsWidth, plain)));
    return slotText(state, slot.podsWidth, colour) + fill;
  });
  const margin = sum([time.length, ...slots.map((slot) => slot.width)]) + 2 * (slots.length + 1);
  return [wrapped([colour.dim(time), ...cells, text].join("  ").trimEnd(), margin)];
}

/** A wait of so many seconds is explained, shorter ones only interrupt the story. */
const longWait = 5;

/**
 * What it waits for is told before a person acts, before the story ends, and where nothing happens for a while; after an act
 * that shows in nothing else, what is new.
 */
function pauseText({ frame, isAct }: Line, before: Line | undefined, next: Line | undefined): string[] {
  const isLong = next !== undefined && next.frame.at - frame.at >= longWait;
  const isNew = !isAct || frame.why !== before?.frame.why;
  const text = (mark: string) => wrapped(`${" ".repeat(9)}${mark} ${printable(frame.why)}`, 11);
  const ends = next === undefined || next.isAct || (isLong && next.frame.why !== frame.why);
  if (asksPerson(frame)) return ends && isNew ? [colour.yellow(text("="))] : [];
  return isLong && frame.why !== idle ? [colour.dim(text("…"))] : [];
}

/** Where a person can act: then the reason names how. */
const asksPerson = ({ why }: Frame): boolean => /rollguard (?:resume|restart|rollback) |apply (?:a fix|one)/.test(why);
