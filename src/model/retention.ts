import { type Application, canaryComponents, rolloutOf } from "./application.ts";
import { names } from "./names.ts";
import { groupsOf } from "./repeats.ts";
import { type KnownRevision, predictRevision, readRevision } from "./revision.ts";
import { stablesInTime } from "./standing.ts";
import { canarySteps, rollbackSteps } from "./workflow.ts";
import { type KubeObject, kindOf, labelOf, nameOf } from "./world.ts";

/**
 * How many superseded revisions are kept of each component, and of an Application, beside those that something needs: as
 * many as KubeVela keeps (kubevela/kubevela: pkg/resourcekeeper/gc_rev.go, `--application-revision-limit`).
 */
export const historyLimit = 10;

/**
 * The ControllerRevisions of an Application that may go: those of components that it no longer has, and of the others the
 * oldest beyond the limit. One that serves, that the spec names or that is `inUse` stays, and so does the highest number: a
 * number is never given twice. What somebody else recorded is not ours to forget.
 */
export function supersededRevisions(
  app: Application,
  objects: readonly KubeObject[],
  inUse: ReadonlySet<string>,
): readonly KubeObject[] {
  const named = namedRevisions(app);
  return [...byComponent(objects)].flatMap(([name, revisions]) => {
    const component = app.components.find((candidate) => candidate.name === name);
    const ours = revisions.filter((object) => labelOf(object, names.contentHash) !== undefined);
    if (!component) return ours;
    const known = revisions.map(readRevision);
    const stables = stablesInTime(known).map((revision) => revision.name);
    const predicted = canaryComponents(app).includes(component) ? predictRevision(component, known) : undefined;
    const isNeeded = (revision: KnownRevision) =>
      [stables.at(-1), predicted].includes(revision.name) || named.has(revision.name) || inUse.has(revision.name);
    const going = beyondLimit(
      known.filter((revision) => !isNeeded(revision)),
      stables.at(-2),
    );
    return ours.filter((object) => going.has(nameOf(object)));
  });
}

/** All but the newest; the one that was stable before this one counts as the newest: people go back to it. */
function beyondLimit(superseded: readonly KnownRevision[], previous: string | undefined): ReadonlySet<string> {
  const isPrevious = ({ name }: KnownRevision) => Number(name === previous);
  const newestFirst = [...superseded].sort((a, b) => isPrevious(b) - isPrevious(a) || b.number - a.number);
  return new Set(newestFirst.slice(historyLimit).map(({ name }) => name));
}

/** The revisions that a spec names: those that it pins, or gives itself, and those of its steps. */
export const namedRevisions = (app: Application): ReadonlySet<string> =>
  new Set([
    ...canaryComponents(app)
      .flatMap((component) => [rolloutOf(component)?.targetRevision ?? [], component.externalRevision ?? []])
      .flat(),
    ...canarySteps(app).flatMap(({ targets }) => targets.map(({ revision }) => revision)),
    ...rollbackSteps(app).map(({ revision }) => revision),
  ]);

const byComponent = (objects: readonly KubeObject[]): ReadonlyMap<string, readonly KubeObject[]> =>
  groupsOf(objects, (object) =>
    kindOf(object) === "ControllerRevision" ? labelOf(object, names.component) : undefined,
  );
