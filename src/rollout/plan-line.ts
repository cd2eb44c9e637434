import { warningLength } from "../model/admission.ts";
import { type Component, canaryComponents } from "../model/application.ts";
import { type Change, restartsWorkflow } from "../model/change.ts";
import { revisionNumber } from "../model/revision.ts";
import { type Standing, type StandingReads, standingOf } from "../model/standing.ts";
import type { World } from "../model/world.ts";
import { courseOf, type Leg, resizeOf } from "./course.ts";

/** A component that goes to another revision, or size, and how. */
interface Plan {
  readonly head: string;
  readonly legs: readonly Leg[];
}

/** Ways to say it, from the fullest to the shortest. */
const wordings: readonly ((plan: Plan) => string)[] = [
  ({ head, legs }) => phrase(head, full(legs)),
  ({ head, legs }) => phrase(head, legs.map(brief)),
  ({ head, legs }) => phrase(head, summary(legs)),
  ({ head, legs }) => phrase(head, stops(legs)),
  ({ head }) => head,
];

const phrase = (head: string, parts: readonly string[]): string =>
  parts.length === 0 ? head : `${head}: ${parts.join(", ")}`;

/**
 * What an accepted change will do if nothing fails, in one line: `plan: reviews v1 -> v2: 1/2 pods at 10%,
 * manual-approval waits for resume, 2/2 pods at 100%`. Said more briefly where a warning cannot hold it. Undefined where
 * no canary component goes to another revision or size.
 */
export function planLine(change: Change, world: World<StandingReads>): string | undefined {
  const plans = canaryComponents(change.app).flatMap((component) => {
    const standing = standingOf(component, change, world);
    // A rollout that goes on takes another course where the workflow begins anew.
    const goesOn = standing.replacing && restartsWorkflow(change);
    if (standing.changes || goesOn)
      return [{ head: `${component.name} ${route(component, standing)}`, legs: courseOf(component, change, standing) }];
    const legs = resizeOf(component, change, standing);
    return legs.length > 0 ? [{ head: `${component.name} ${short(component, standing.desired)}`, legs }] : [];
  });
  if (plans.length === 0) return undefined;
  const lines = wordings.map((wording) => `plan: ${plans.map(wording).join("; ")}`);
  return lines.find((line) => line.length <= warningLength) ?? lines.at(-1);
}

/** `v1 -> v2`, `v1` alone at the first deployment, `v1 -> v3, leaving v2` where a rollout is superseded. */
function route(component: Component, { stable, current, desired, replacing }: Standing): string {
  const goesOn = replacing && desired !== stable;
  const from = goesOn ? stable : (current ?? stable);
  if (from === undefined) return short(component, desired);
  const left = goesOn && current !== undefined && current !== desired ? `, leaving ${short(component, current)}` : "";
  return `${short(component, from)} -> ${short(component, desired)}${left}`;
}

function short({ name }: Component, revision: string): string {
  const number = revisionNumber(name, revision);
  return number === undefined ? revision : `v${number}`;
}

const follows = (leg: Leg): boolean => leg.kind === "pods" && leg.weight === undefined;

/** Each leg in words; batches whose traffic follows the pods are one list. */
function full(legs: readonly Leg[]): readonly string[] {
  const batches = legs.filter(follows).map(brief);
  const rest = (some: readonly Leg[]) => some.filter((leg) => !follows(leg)).map(sentence);
  if (batches.length === 0) return rest(legs);
  const first = legs.findIndex(follows);
  const after = rest(legs.slice(first));
  const isFree = batches.length === legs.length;
  return [
    ...rest(legs.slice(0, first)),
    `${batches.join(", ")} pods`,
    "traffic follows ready pods",
    ...(isFree ? ["no pause"] : after),
  ];
}

function sentence(leg: Leg): string {
  if (leg.kind === "pods") return `${leg.pods}/${leg.of} pods at ${leg.weight}%`;
  if (leg.kind === "sizes") return `${leg.sizes.join(" -> ")} pods`;
  if (leg.kind === "pause") return `${leg.step} waits ${leg.duration ?? "for resume"}`;
  if (leg.kind === "held") return `then waits at batchPartition ${leg.partition}`;
  return leg.kind === "back" ? `all back on ${leg.revision}` : "no step of the workflow reaches it";
}

function brief(leg: Leg): string {
  if (leg.kind === "pods") return `${leg.pods}/${leg.of}${leg.weight === undefined ? "" : ` ${leg.weight}%`}`;
  return leg.kind === "pause" ? `${leg.step} (${leg.duration ?? "resume"})` : sentence(leg);
}

/** Where it begins and ends, and how often it stops in between. */
function summary(legs: readonly Leg[]): readonly string[] {
  const [first, ...others] = legs.filter((leg) => leg.kind !== "pause");
  const last = others.at(-1);
  return [...(first ? [briefest(first)] : []), ...pausesOf(legs), ...(last ? [briefest(last)] : [])];
}

const briefest = (leg: Leg): string =>
  leg.kind === "sizes" ? `${leg.sizes[0]} -> ${leg.sizes.at(-1)} pods in ${leg.sizes.length - 1} batches` : brief(leg);

const stops = (legs: readonly Leg[]): readonly string[] => [
  ...pausesOf(legs),
  ...legs.filter(({ kind }) => kind === "held").map(sentence),
];

function pausesOf(legs: readonly Leg[]): readonly string[] {
  const pauses = legs.filter((leg) => leg.kind === "pause");
  const [first] = pauses;
  return first ? [`${pauses.length} ${pauses.length === 1 ? "stop" : "stops"} from ${brief(first)}`] : [];
}
