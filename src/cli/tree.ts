import { parseTime } from "../model/time.ts";
import type { ApplicationView, ComponentView, EventView, RevisionView } from "../rollout/view.ts";
import { age } from "./age.ts";
import { slotText } from "./bars.ts";
import { commandLine, type Where } from "./live.ts";
import { phaseColour } from "./phase-colour.ts";
import { colour, printable, table, visibleWidth, wrapped } from "./print.ts";

/** One row of the tree: its name, how it is, for how long, and what else is to be known. */
type Row = readonly [name: string, status: string, age: string, more: string];

interface Node {
  readonly row: Row;
  readonly children: readonly Node[];
}

/** An Application for people: what it waits for and what comes next, the tree down to its pods, and what happened. */
export function treeText(view: ApplicationView, place: Where, now: number): string {
  const [head = "", ...rows] = table([["NAME", "STATUS", "AGE", ""], ...rowsOf(rootOf(view))]).split("\n");
  const tree = [colour.bold(head.trimEnd()), ...rows].join("\n");
  return [aside(view, place, now), tree, eventsText(view.events, now)].filter((part) => part !== "").join("\n\n");
}

function rootOf(view: ApplicationView): Node {
  const at = view.step === "" ? "" : `at ${printable(view.step)}`;
  return {
    row: [colour.bold(view.name), phaseColour(view.phase), age(view.ageSeconds), at],
    children: view.components.map(componentNode),
  };
}

function componentNode(component: ComponentView): Node {
  const { name, phase, message, stable, target, batch, batches, revisions } = component;
  const isCanary = batches !== undefined;
  const course = stable !== undefined && stable !== target ? `${stable} -> ${target}` : (target ?? "");
  const more = isCanary ? `batch ${batch ?? 0}/${batches}, ${course}` : printable(message);
  const podsOnly = !isCanary && revisions.length === 1 ? (revisions[0]?.pods ?? []).map(podNode) : undefined;
  return { row: [name, phaseColour(phase), "", more], children: podsOnly ?? widened(revisions).map(revisionNode) };
}

/** Pods take as much room as those of the widest revision, so that the bars of weights stand below each other. */
const widened = (revisions: readonly RevisionView[]): readonly (readonly [RevisionView, number])[] => {
  const most = Math.max(0, ...revisions.map(({ replicas, ready }) => Math.max(replicas, ready)));
  return revisions.map((revision) => [revision, most > 10 ? 0 : most] as const);
};

const revisionNode = ([revision, podsWidth]: readonly [RevisionView, number]): Node => ({
  row: [
    revision.name,
    slotText(revision, podsWidth, colour),
    "",
    [colour.dim(revision.role), printable(shortImage(revision.image))].filter((text) => text !== "").join("  "),
  ],
  children: revision.pods.map(podNode),
});

/** Without its registry: what differs between revisions stands at the end. */
const shortImage = (image: string): string => image.slice(image.lastIndexOf("/") + 1);

const podNode = ({ name, state, ageSeconds, restarts }: RevisionView["pods"][number]): Node => ({
  row: [
    colour.dim(name),
    phaseColour(state),
    age(ageSeconds),
    restarts === 0 ? "" : colour.yellow(`${restarts} ${restarts === 1 ? "restart" : "restarts"}`),
  ],
  children: [],
});

/** A node and what is below it, with the lines that lead there. */
function rowsOf({ row, children }: Node, lead = "", below = ""): readonly Row[] {
  const [name, ...rest] = row;
  return [
    [colour.dim(lead) + name, ...rest],
    ...children.flatMap((child, i) =>
      i === children.length - 1
        ? rowsOf(child, `${below}└─ `, `${below}   `)
        : rowsOf(child, `${below}├─ `, `${below}│  `),
    ),
  ];
}

const marks: Readonly<Record<string, string>> = {
  pending: colour.dim("·"),
  running: colour.cyan("▶"),
  suspending: colour.yellow("‖"),
  succeeded: colour.green("✓"),
  failed: colour.red("✗"),
  skipped: colour.dim("–"),
};

/** The steps, what it waits for, and what comes next. */
function aside({ steps, why, next, name }: ApplicationView, place: Where, now: number): string {
  const stepTexts = steps.map((step) => `${marks[step.phase] ?? "?"} ${printable(step.name)}`);
  const acts = next.map(({ command, text, at }) => {
    const until = parseTime(at ?? "");
    const when = until === undefined ? "" : ` (in ${age(Math.max(0, until - now))})`;
    const act = command === undefined ? colour.dim("by itself") : commandLine(command, name, place);
    return [act, printable(text) + when] as const;
  });
  const actWidth = Math.max(0, ...acts.map(([act]) => visibleWidth(act))) + 2;
  return [
    ...labelled("steps", steps.length === 0 ? [] : [stepTexts.join("  ")]),
    ...labelled("now", why === "" ? [] : [printable(why).replaceAll("\n", " ")]),
    ...labelled("next", acts.length === 0 ? [] : table(acts).split("\n"), actWidth),
  ].join("\n");
}

const margin = 7;

/** What does not fit goes on below its own beginning. */
const labelled = (label: string, lines: readonly string[], inner = 0): readonly string[] =>
  lines.map((line, i) => wrapped(colour.bold((i === 0 ? label : "").padEnd(margin)) + line, margin + inner));

const latest = 5;

/** Every warning of the last hour, and the latest of the others. */
function eventsText(events: readonly EventView[], now: number): string {
  const recent = events.slice(-latest);
  const told = events.filter((event) => recent.includes(event) || event.type === "Warning").slice(-2 * latest);
  return table(
    told.map(({ at, type, reason, note, count }) => {
      const since = age(Math.max(0, now - (parseTime(at) ?? now)));
      const times = count > 1 ? colour.dim(` (${count} times)`) : "";
      return [since, type === "Warning" ? colour.red(reason) : colour.dim(reason), printable(note) + times];
    }),
  );
}
