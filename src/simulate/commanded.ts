import type { JsonObject } from "../model/json.ts";
import { type KubeObject, nameOf, namespaceOf } from "../model/world.ts";
import { type Command, command } from "../rollout/commands.ts";
import { takeBack } from "../rollout/take-back.ts";
import { applicationsOf, type PaperCluster } from "./paper-cluster.ts";

/** What a command makes of the Applications that can take it, or why none can. */
export interface Edits {
  readonly edits: readonly { readonly object: JsonObject; readonly event: string; readonly isSpec: boolean }[];
  readonly refusal: string | undefined;
}

export function commanded(
  name: Command | "rollback",
  application: string | undefined,
  clusters: readonly PaperCluster[],
): Edits {
  const apps = clusters
    .flatMap((cluster) => applicationsOf(cluster).map((app) => ({ app, cluster })))
    .filter(({ app }) => application === undefined || nameOf(app) === application);
  if (apps.length === 0)
    return {
      edits: [],
      refusal:
        application === undefined
          ? `${name}: there is no Application`
          : `${name}: there is no Application ${application}`,
    };
  const results = apps.map(({ app, cluster }) =>
    name === "rollback"
      ? back(app, cluster)
      : { event: `${name} ${nameOf(app)}`, isSpec: false, ...command(name, app) },
  );
  const edits = results.filter((result) => "object" in result);
  const refusals = results.flatMap((result) => ("refusal" in result ? [result.refusal] : []));
  return { edits, refusal: edits.length > 0 ? undefined : `${name}: ${refusals.join("; ")}` };
}

/** Pins every component that is on its way to another revision to its stable one. */
function back(
  app: KubeObject,
  cluster: PaperCluster,
): { object: JsonObject; event: string; isSpec: true } | { refusal: string } {
  const taken = takeBack(
    app,
    [...cluster.objects.values()].filter((it) => namespaceOf(it) === namespaceOf(app)),
  );
  if ("refusal" in taken) return taken;
  const pins = taken.pins.map(({ revision }) => revision);
  return { object: taken.object, event: `rollback to ${pins.join(", ")}`, isSpec: true };
}
