import type { Api } from "../cluster/api.ts";
import { listNow } from "../cluster/list.ts";
import { type ResourceKind, resources } from "../cluster/resources.ts";
import { replace } from "../cluster/writes.ts";
import { printYaml } from "../cluster/yaml.ts";
import { asObject, at, equal, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, labelOf } from "../model/world.ts";
import { takeBack } from "../rollout/take-back.ts";
import { absent, commandLine, decided, type LiveOptions, onCluster, type Place, readApplication } from "./live.ts";
import { complain, hint, print, printable } from "./print.ts";
import { type ExitCode, exitCodes, Refusal } from "./usage.ts";

export interface RollbackOptions extends LiveOptions {
  readonly component?: string;
  readonly to?: string;
  readonly now?: boolean;
  readonly export?: boolean;
}

/** Pins components to a revision and drops the workflow, as a rollback manifest would; or prints that manifest. */
export async function rollback(name: string, options: RollbackOptions): Promise<ExitCode> {
  const wish = { component: options.component, revision: options.to, atOnce: options.now };
  return onCluster(options, async (place) => {
    const told = await decided(async () => {
      const app = await readApplication(place, name);
      if (at(app, "metadata", "deletionTimestamp") !== undefined) throw absent(place.namespace, name);
      const taken = takeBack(app, await recorded(place, name), wish);
      if ("refusal" in taken) throw new Refusal(taken.refusal);
      if (options.export) return printYaml(manifestOf(taken.object)).trimEnd();
      const pins = taken.pins.map(({ component, revision }) => `${component} to ${revision}`).join(", ");
      if (equal(taken.object, app)) return printable(`${name} goes back already: ${pins}`);
      await replace(place.api, taken.object);
      warnOfGitOps(app, name, place);
      hint(`see ${commandLine("get", `${name} -w`, place)}`);
      const [before, after] = [app, taken.object].map((it) => at(it, "metadata", "annotations", names.publishVersion));
      const published = before === after ? "" : `; its publishVersion is ${String(after)} now`;
      return printable(`${name} goes back: ${pins}, and its workflow is dropped${published}`);
    });
    print(told);
    return exitCodes.ok;
  });
}

const recorded = async ({ api, namespace }: Place, name: string): Promise<readonly KubeObject[]> =>
  (
    await Promise.all(
      (["ControllerRevision", "ComponentRollout", "ApplicationRevision"] as const).map((kind) =>
        labelled(api, kind, namespace, name),
      ),
    )
  ).flat();

const labelled = (api: Api, kind: ResourceKind, namespace: string, name: string): Promise<KubeObject[]> =>
  listNow({ api, namespace, resource: resources[kind], labelSelector: `${names.app}=${name}` });

/** What a person would have written: nothing that a cluster adds. */
function manifestOf(app: KubeObject): KubeObject {
  const { name, namespace, labels, annotations } = asObject(own(app, "metadata"));
  const { "kubectl.kubernetes.io/last-applied-configuration": _applied, ...kept } = asObject(annotations);
  const metadata = {
    name,
    namespace,
    ...(labels === undefined ? {} : { labels }),
    ...(Object.keys(kept).length === 0 ? {} : { annotations: kept }),
  };
  return { apiVersion: own(app, "apiVersion"), kind: own(app, "kind"), metadata, spec: own(app, "spec") };
}

/** Labels by which Argo CD and Flux know what they put back. */
const keepers: Readonly<Record<string, string>> = {
  "argocd.argoproj.io/instance": "Argo CD",
  "kustomize.toolkit.fluxcd.io/name": "Flux",
  "helm.toolkit.fluxcd.io/name": "Flux",
};

function warnOfGitOps(app: KubeObject, name: string, place: Place): void {
  const label = Object.keys(keepers).find((key) => labelOf(app, key) !== undefined);
  const isTracked = at(app, "metadata", "annotations", "argocd.argoproj.io/tracking-id") !== undefined;
  const keeper = label === undefined ? (isTracked ? "Argo CD" : undefined) : keepers[label];
  if (keeper !== undefined)
    complain(`${keeper} may undo this: commit what ${commandLine("rollback", `${name} --export`, place)} prints`);
}
