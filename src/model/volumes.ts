import type { Container } from "./containers.ts";
import { asInteger, asList, asObject, asText, type Json, type JsonObject, own } from "./json.ts";

/** The kinds of volumes, each with the member that names its source. */
export const volumeSources: Readonly<Record<string, string | undefined>> = {
  emptyDir: undefined,
  pvc: "claimName",
  configMap: "cmName",
  secret: "secretName",
};

/** A volume and where it is mounted; members that are ill-typed are undefined. */
export interface Volume {
  readonly path: string;
  readonly type: string;
  readonly name: string | undefined;
  readonly mountPath: string | undefined;
  readonly subPath: string | undefined;
  /** Name of the claim, ConfigMap or Secret. */
  readonly source: string | undefined;
  readonly defaultMode: number | undefined;
  readonly items: readonly Json[];
  /** Whether the list is `volumeMounts`, in which one volume may be mounted several times. */
  readonly mayRepeat: boolean;
  readonly properties: JsonObject;
}

/** The volumes of a component's own container; `volumeMounts` wins over the older `volumes`. */
export function volumesOf({ path, properties }: Container): readonly Volume[] {
  const mounts = own(properties, "volumeMounts");
  if (mounts === undefined)
    return asList(own(properties, "volumes")).map((volume, i) =>
      readVolume(volume, asText(own(volume, "type")) ?? "emptyDir", `${path}.volumes[${i}]`, false),
    );
  return Object.entries(asObject(mounts)).flatMap(([type, listed]) =>
    asList(listed).map((volume, i) => readVolume(volume, type, `${path}.volumeMounts.${type}[${i}]`, true)),
  );
}

function readVolume(volume: Json, type: string, path: string, mayRepeat: boolean): Volume {
  const member = volumeSources[type];
  return {
    path,
    type,
    name: asText(own(volume, "name")),
    mountPath: asText(own(volume, "mountPath")),
    subPath: asText(own(volume, "subPath")),
    source: member === undefined ? undefined : asText(own(volume, member)),
    defaultMode: asInteger(own(volume, "defaultMode")),
    items: asList(own(volume, "items")),
    mayRepeat,
    properties: asObject(volume),
  };
}
