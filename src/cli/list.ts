import { systemClock } from "../cluster/clock.ts";
import { listNow } from "../cluster/list.ts";
import { resources } from "../cluster/resources.ts";
import { names } from "../model/names.ts";
import { type KubeObject, labelOf, nameOf, namespaceOf } from "../model/world.ts";
import { type RolloutRow, rowsOf } from "../rollout/rows.ts";
import { age } from "./age.ts";
import { type LiveOptions, onCluster, type Place, unknownKind } from "./live.ts";
import { phaseColour } from "./phase-colour.ts";
import { colour, complain, cropped, print, printable, table } from "./print.ts";
import { type ExitCode, exitCodes } from "./usage.ts";

export interface ListOptions extends LiveOptions {
  readonly allNamespaces?: boolean;
  readonly output: "text" | "json";
}

/** Every Application, with a row for each component that is rolled out. */
export async function list({ allNamespaces = false, output, ...options }: ListOptions): Promise<ExitCode> {
  return onCluster(options, async (place) => {
    const rows = await readRows(place, allNamespaces);
    if (output === "json") print(printable(JSON.stringify(rows, null, 2)));
    else if (rows.length > 0) print(rowsText(rows));
    else complain(`there is no Application in ${allNamespaces ? "any namespace" : `namespace ${place.namespace}`}`);
    return exitCodes.ok;
  });
}

async function readRows({ api, namespace }: Place, allNamespaces: boolean): Promise<readonly RolloutRow[]> {
  const where = allNamespaces ? {} : { namespace };
  const [apps, records] = await Promise.all([
    listNow({ api, ...where, resource: resources.Application }).catch(unknownKind),
    // Whoever may read the Applications gets them, also where he may not read how far they are.
    listNow({ api, ...where, resource: resources.ComponentRollout }).catch(() => []),
  ]);
  const now = Math.floor(systemClock.date() / 1000);
  return apps.flatMap((app) =>
    rowsOf(
      app,
      records.filter((record) => isOf(record, app)),
      now,
    ),
  );
}

const isOf = (record: KubeObject, app: KubeObject): boolean =>
  namespaceOf(record) === namespaceOf(app) && labelOf(record, names.app) === nameOf(app);

const columns = [
  "NAMESPACE",
  "NAME",
  "PHASE",
  "STEP",
  "COMPONENT",
  "STABLE",
  "TARGET",
  "BATCH",
  "WEIGHT",
  "AGE",
  "WAITS FOR",
];

function rowsText(rows: readonly RolloutRow[]): string {
  const cells = rows.map((row) => [
    row.namespace,
    row.name,
    phaseColour(row.phase),
    printable(row.step),
    row.component,
    row.stable,
    row.target,
    row.batch,
    row.weight === undefined ? undefined : `${row.weight}%`,
    age(row.ageSeconds),
    printable(row.why).replaceAll("\n", " "),
  ]);
  const known = cells.map((row) => row.map((cell) => (cell === undefined || cell === "" ? "-" : cell)));
  const [head = "", ...lines] = table([columns, ...known]).split("\n");
  return [colour.bold(head), ...lines].map((line) => cropped(line)).join("\n");
}
