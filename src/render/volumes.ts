import type { Container } from "../model/containers.ts";
import { asInteger, asText, type JsonObject, own } from "../model/json.ts";
import { type Volume, volumesOf } from "../model/volumes.ts";
import { objects } from "./properties.ts";
import { stated } from "./stated.ts";

export const volumeMounts = (container: Container): readonly JsonObject[] =>
  orderedVolumes(container).map(({ name, mountPath, subPath }) => stated({ name, mountPath, subPath }));

/** The volumes of a pod. One that is mounted several times is there once, as it is described first. */
export function volumes(container: Container): readonly JsonObject[] {
  const ordered = orderedVolumes(container);
  return ordered
    .filter(({ name }, i) => ordered.findIndex((first) => first.name === name) === i)
    .map((volume) => ({ name: volume.name, ...sourceOf(volume) }));
}

/** `volumeMounts` is a map: it is taken in KubeVela's order, so that the order of its keys changes no pod. */
const kinds = ["pvc", "configMap", "secret", "emptyDir"];
const rank = ({ mayRepeat, type }: Volume): number => (mayRepeat ? kinds.indexOf(type) : 0);

const orderedVolumes = (container: Container): readonly Volume[] =>
  volumesOf(container)
    .filter(({ name, mountPath }) => name !== undefined && mountPath !== undefined)
    .sort((a, b) => rank(a) - rank(b));

function sourceOf({ type, source, defaultMode = 420, items, properties }: Volume): JsonObject {
  const files = { defaultMode, items: objects(items).map(fileOf) };
  switch (type) {
    case "pvc":
      return { persistentVolumeClaim: { claimName: source } };
    case "configMap":
      return { configMap: stated({ name: source, ...files }) };
    case "secret":
      return { secret: stated({ secretName: source, ...files }) };
    default:
      return { emptyDir: stated({ medium: asText(own(properties, "medium")) }) };
  }
}

const fileOf = (item: JsonObject): JsonObject => ({
  key: own(item, "key"),
  path: own(item, "path"),
  mode: asInteger(own(item, "mode")) ?? 511,
});
