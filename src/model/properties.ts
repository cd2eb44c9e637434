import { type Application, canaryComponents, type Trait } from "./application.ts";
import { mostCompared, nearest } from "./nearest.ts";
import { type Mistake, mistakes, quote, type Shape } from "./shape.ts";
import { traitTypes } from "./vocabulary.ts";

type Types = Readonly<Record<string, Shape>>;

/** The shape of a type; undefined where the type is not known. */
export const shapeOf = (types: Types, type: string): Shape | undefined =>
  Object.hasOwn(types, type) ? types[type] : undefined;

/** Says of a type that it is none of the known ones, and which of them was probably meant. */
export function notSupported(types: Types): (type: string) => string {
  const known = Object.keys(types);
  const required = `is not supported, must be one of ${known.join(", ")}`;
  const said = new Map<string, string>();
  return (type) => {
    const before = said.get(type);
    if (before !== undefined) return before;
    const near = said.size < mostCompared ? nearest(type, known) : undefined;
    const sentence = `${quote(type)} ${required}${near === undefined ? "" : ` (did you mean ${near}?)`}`;
    said.set(type, sentence);
    return sentence;
  };
}

const memo = new WeakMap<Trait, readonly Mistake[]>();

/**
 * Departures of a component, trait or step from the properties of its type; none where the type is not known.
 * Remembered per object, which lives as long as one review, since several rules share them out.
 */
export function propertyMistakes(item: Trait, types: Types): readonly Mistake[] {
  const shape = shapeOf(types, item.type);
  const found = memo.get(item) ?? (shape ? [...mistakes(shape, item.properties, `${item.path}.properties`)] : []);
  memo.set(item, found);
  return found;
}

/** Whether a field is one of `members` of the properties of `item`, or lies inside one; `[]` stands for any index. */
export function isInside(field: string, { path }: Trait, members: readonly string[] = []): boolean {
  const member = field.slice(`${path}.properties.`.length).replace(/\[\d+\]/g, "[]");
  return members.some((name) => member === name || member.startsWith(`${name}.`) || member.startsWith(`${name}[`));
}

/** Where a member of a rollout trait is missing or has not the type that it must have. */
export const rolloutMistakes = (app: Application, member: string): readonly Mistake[] =>
  canaryComponents(app)
    .flatMap((component) => component.traits.filter((trait) => trait.type === "rollout"))
    .flatMap((trait) =>
      propertyMistakes(trait, traitTypes).filter(
        ({ kind, field }) => kind !== "unknown" && isInside(field, trait, [member]),
      ),
    );

/** Words of the pod API that give a pod rights on its node, in the cluster or as another user. */
const privileges: ReadonlySet<string> = new Set([
  "hostPath",
  "hostNetwork",
  "hostPID",
  "hostIPC",
  "hostPort",
  "hostUsers",
  "privileged",
  "allowPrivilegeEscalation",
  "capabilities",
  "procMount",
  "runAsUser",
  "runAsGroup",
  "runAsNonRoot",
  "securityContext",
  "podSecurityContext",
  "sysctls",
  "serviceAccount",
  "serviceAccountName",
  "automountServiceAccountToken",
]);

/** Whether a mistake is a word that asks for more rights than a plain pod has, as a key or as the type of a volume. */
export const asksForPrivilege = ({ word }: Mistake): boolean => word !== undefined && privileges.has(word);
