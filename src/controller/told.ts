import type { Resource } from "../mesh/discovery.ts";
import { confirmedLog, logged, type SeenState, type StateLog } from "../mesh/state-log.ts";
import { asInteger, asList, asText, at, canonical, equal, type Json, own } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type KubeObject, nameOf } from "../model/world.ts";
import { weightsOf } from "../rollout/component.ts";

/** A text that is the same for what is the same, and the millisecond since which it is. */
export interface Since {
  readonly signature: string;
  readonly at: number;
}

/** What proxies are told of a component: its routes, or its subsets. */
export interface Told {
  readonly since: Since;
  readonly log: StateLog;
  /** Whether every proxy was seen to have it. */
  readonly isConfirmed: boolean;
}

/** The objects of a component, at a time in milliseconds. */
export interface Shown {
  readonly own: readonly KubeObject[];
  readonly now: number;
  /** The millisecond since which we would have seen an Application of that name, and what was made for it. */
  readonly awareFrom: number;
  isConfirmed(resource: Resource, signature: string): boolean;
}

/** What they are told now, after what they were told before. */
export function toldOf(resource: Resource, was: Told | undefined, { own, now, awareFrom, isConfirmed }: Shown): Told {
  const signature = signatureOf(resource, own);
  const isBare = !own.some(({ kind }) => kind === kinds.routes || kind === kinds.clusters);
  const log = logged(was?.log, statesOf(own, resource), now, isBare ? awareFrom : now);
  const isKnown = isConfirmed(resource, signature);
  return {
    since: since(was?.since, signature, now),
    log: isKnown ? confirmedLog(log) : log,
    isConfirmed: isKnown,
  };
}

/** Each subset by its name. One that is changed, or of a DestinationRule that was made anew, is another one. */
export function subsetsIn(
  before: ReadonlyMap<string, Since> | undefined,
  { own: objects, now }: Shown,
): ReadonlyMap<string, Since> {
  const rules = objects.filter(({ kind }) => kind === kinds.clusters);
  return new Map(
    rules.flatMap((rule) =>
      subsetsOf(rule).map((subset) => {
        const name = subsetName(subset);
        const whose = `${idOf(rule)} ${asText(at(rule, "spec", "host"))}`;
        return [name, since(before?.get(name), `${whose} ${canonical(subset)}`, now)] as const;
      }),
    ),
  );
}

const since = (before: Since | undefined, signature: string, now: number): Since =>
  before?.signature === signature ? before : { signature, at: now };

const kinds: Readonly<Record<Resource, string>> = { routes: "VirtualService", clusters: "DestinationRule" };

const statesOf = (own: readonly KubeObject[], resource: Resource): readonly SeenState[] =>
  own
    .filter(({ kind }) => kind === kinds[resource])
    .map((object) => ({
      id: `${idOf(object)}${resource === "clusters" ? oddSubsets(object) : ""}`,
      generation: asInteger(at(object, "metadata", "generation")) ?? 0,
      content: resource === "routes" ? splitOf(object) : subsetsOf(object).map(subsetName).sort().join(),
    }));

const idOf = (object: KubeObject): string => asText(at(object, "metadata", "uid")) ?? nameOf(object);

const splitOf = (route: KubeObject): string =>
  canonical(Object.fromEntries(Object.entries(weightsOf(route)).filter(([, weight]) => weight > 0)));

const subsetsOf = (rule: KubeObject): readonly Json[] => asList(at(rule, "spec", "subsets"));
const subsetName = (subset: Json): string => asText(own(subset, "name")) ?? "";

/** Subsets with pods that their names do not tell, as somebody else may write them: proxies show the names alone. */
const oddSubsets = (rule: KubeObject): string =>
  subsetsOf(rule)
    .filter((subset) => !equal(own(subset, "labels"), { [names.revision]: subsetName(subset) }))
    .map((subset) => canonical(subset))
    .join();

/** Which generations of it a component has. A hand edit counts like one of ours, and another object has another uid. */
export const signatureOf = (resource: Resource, own: readonly KubeObject[]): string =>
  own
    .filter(({ kind }) => kind === kinds[resource])
    .map(
      (object) => `${nameOf(object)} ${asText(at(object, "metadata", "uid"))} ${at(object, "metadata", "generation")}`,
    )
    .sort()
    .join();
