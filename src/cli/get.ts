import { systemClock } from "../cluster/clock.ts";
import { look, type Seen } from "../cluster/sight.ts";
import { readyPods } from "../controller/observe.ts";
import { formatTime } from "../model/time.ts";
import type { KubeObject } from "../model/world.ts";
import { type ApplicationView, viewOf } from "../rollout/view.ts";
import { changeLine } from "./change-line.ts";
import { absent, type LiveOptions, onCluster, type Place, unknownKind } from "./live.ts";
import { canRedraw, colour, cropped, openScreen, print, printable, redraw } from "./print.ts";
import { type Show, type ShowingOptions, showUntilEnd } from "./showing.ts";
import { treeText } from "./tree.ts";
import { type ExitCode, exitCodes } from "./usage.ts";

export interface GetOptions extends LiveOptions {
  readonly watch?: boolean;
  readonly output: "text" | "json";
}

/** An Application and all that was made of it, once or for as long as somebody looks. */
export async function get(name: string, options: GetOptions): Promise<ExitCode> {
  return onCluster(options, async (place) => {
    const seen = await look(place.api, place.namespace, name).catch(unknownKind);
    if (!seen.app) throw absent(place.namespace, name);
    if (options.watch) await watch(name, seen, place, options.output);
    else print(once(seen.app, seen, place, options.output));
    return exitCodes.ok;
  });
}

const seconds = (): number => Math.floor(systemClock.date() / 1000);

const view = (app: KubeObject, { objects, events }: Seen): ApplicationView =>
  viewOf({ now: seconds(), app, objects, events, ready: readyPods(app, objects) });

function once(app: KubeObject, seen: Seen, place: Place, output: GetOptions["output"]): string {
  const shown = view(app, seen);
  if (output === "json") return printable(JSON.stringify(shown, null, 2));
  return fitted(picture(shown, seen, place));
}

const fitted = (text: string): string =>
  text
    .split("\n")
    .map((line) => cropped(line))
    .join("\n");

function picture(shown: ApplicationView, { unreadable }: Seen, place: Place, trouble?: string): string {
  const tree = treeText(shown, place, seconds());
  const hidden = unreadable.length === 0 ? [] : [`not shown, since it cannot be read: ${unreadable.join(", ")}`];
  const old = trouble === undefined ? [] : [`this may be old: ${printable(trouble)}`];
  return [tree, ...[...hidden, ...old].map((line) => colour.yellow(line))].join("\n\n");
}

/** One line for each change of what is to be seen, however often the objects change. */
function lines(output: GetOptions["output"]): Show {
  let told = "";
  return ({ app, seen }) => {
    const shown = view(app, seen);
    const line = changeLine(shown);
    if (line !== told)
      print(output === "json" ? printable(JSON.stringify(shown)) : `${formatTime(seconds())}  ${line}`);
    told = line;
  };
}

async function watch(name: string, { unreadable }: Seen, place: Place, output: GetOptions["output"]): Promise<void> {
  const { api, namespace } = place;
  const whose = { api, namespace, name, unreadable };
  const isGone =
    canRedraw && output === "text"
      ? await drawUntilEnd(whose, place)
      : await showUntilEnd({ ...whose, show: lines(output), isTicking: false });
  if (isGone) print(`${namespace}/${name} is gone`);
}

/** The last picture stays where the user had called it. */
async function drawUntilEnd(whose: Omit<ShowingOptions, "show" | "isTicking">, place: Place): Promise<boolean> {
  let last = "";
  const show: Show = ({ app, seen, trouble }) => {
    last = picture(view(app, seen), seen, place, trouble);
    redraw(last);
  };
  const closeScreen = openScreen();
  try {
    return await showUntilEnd({ ...whose, show, isTicking: true });
  } finally {
    closeScreen();
    if (last !== "") print(fitted(last));
  }
}
