import { sum } from "../model/application.ts";
import { groupsOf } from "../model/repeats.ts";
import { idle } from "../rollout/why.ts";
import { clock } from "../simulate/clock.ts";
import type { ComponentFrame, Frame } from "../simulate/frame.ts";
import { cell, type Slot, slotsOf } from "./columns.ts";
import { eventText } from "./event-text.ts";
import { colour, printable, wrapped } from "./print.ts";

/** A line of the timeline: when, what the revisions look like then, and what happened. */
interface Line {
  readonly frame: Frame;
  readonly events: readonly string[];
  readonly isAct: boolean;
}

/** What a person or the script does, as opposed to what follows from it. */
export type IsAct = (event: string) => boolean;

/**
 * Frames for people: one line for each change of pods or weights, bars for both, and where it waits and for whom. A line shows
 * the revisions of its own Application; where there are several, it names them, since no title could stand above them all.
 */
export function timeline(frames: readonly Frame[], isAct: IsAct): string {
  const several = frames.some((frame) => frame.application !== undefined);
  const slots = new Map([...groupsOf(frames, ownerOf)].map(([owner, its]) => [owner, slotsOf(its, !several)] as const));
  const lines = linesOf(frames, isAct);
  const pauses = pausesOf(lines);
  const texts = lines.flatMap((line) => [
    ...lineText(line, slots.get(ownerOf(line.frame)) ?? []),
    ...(pauses.get(line) ?? []),
  ]);
  return several ? texts.join("\n").replace(/^\n/, "") : [titleText([...slots.values()].flat()), ...texts].join("\n");
}

const ownerOf = ({ application }: Frame): string => application ?? "";

const titleText = (slots: readonly Slot[]): string =>
  colour.bold([" ".repeat(7), ...slots.map((slot) => slot.name.padEnd(slot.width))].join("  ").trimEnd());

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

function lineText({ frame, events, isAct }: Line, slots: readonly Slot[]): string[] {
  const time = clock(frame.at).padStart(7);
  const name = frame.application === undefined ? "" : `${frame.application}: `;
  const text = name + printable(eventText(events));
  if (isAct) return ["", `${colour.dim(time)}  ${colour.bold(`> ${text}`)}`];
  const cells = slots.map((slot) => cell(slot, frame, colour));
  const margin = sum([time.length, ...slots.map((slot) => slot.width)]) + 2 * (slots.length + 1);
  return [wrapped([colour.dim(time), ...cells, text].join("  ").trimEnd(), margin)];
}

/** A wait of so many seconds is explained, shorter ones only interrupt the story. */
const longWait = 5;

/** What stands beneath the lines: each Application waits for something of its own, whatever the others do meanwhile. */
const pausesOf = (lines: readonly Line[]): ReadonlyMap<Line, readonly string[]> =>
  new Map(
    [...groupsOf(lines, ({ frame }) => ownerOf(frame)).values()].flatMap((its) =>
      its.map((line, i) => [line, pauseText(line, its[i - 1], its[i + 1])] as const),
    ),
  );

/**
 * What it waits for is told before a person acts, where the story ends, and where nothing happens for a while; after an act
 * that shows in nothing else and is followed by another one, only what is new.
 */
function pauseText(line: Line, before: Line | undefined, next: Line | undefined): readonly string[] {
  const { frame } = line;
  const text = (mark: string) => wrapped(`${" ".repeat(9)}${mark} ${printable(frame.why)}`, 11);
  if (!(next ? isToldBetween(line, before, next) : isToldLast(line))) return [];
  if (asksPerson(frame)) return [colour.yellow(text("="))];
  return [colour.dim(text(frame.why === idle ? "=" : "…"))];
}

function isToldBetween({ frame, isAct }: Line, before: Line | undefined, next: Line): boolean {
  const isLong = next.frame.at - frame.at >= longWait;
  if (!asksPerson(frame)) return isLong && frame.why !== idle;
  const isNew = !isAct || frame.why !== before?.frame.why;
  return isNew && (next.isAct || (isLong && next.frame.why !== frame.why));
}

/** A line that is no act, and after which nothing is to do, says itself where the story ends. */
const isToldLast = ({ frame, isAct }: Line): boolean => isAct || frame.why !== idle;

/** Where a person can act: then the reason names how. */
const asksPerson = ({ why }: Frame): boolean => /rollguard (?:resume|restart|rollback) |apply (?:a fix|one)/.test(why);
