import { type Container, containers } from "../model/containers.ts";
import { isDnsLabel, isDnsSubdomain } from "../model/dns.ts";
import { asInteger, asList, asText, own } from "../model/json.ts";
import { repeats } from "../model/repeats.ts";
import { quote } from "../model/shape.ts";
import { type Volume, volumeSources, volumesOf } from "../model/volumes.ts";
import { type Finding, rule } from "./rule.ts";

export default rule({
  id: "volumes-are-complete",
  codes: ["A13"],
  action: "Deny",
  about: "spec",
  invariant: "Volumes have names and absolute mount paths of their own, and what their type needs.",
  because: "The API server would refuse the Deployment.",
  reads: [],
  *check({ app }) {
    let shared: readonly Volume[] = [];
    for (const container of containers(app)) {
      if (!container.isSidecar) shared = volumesOf(container);
      yield* container.isSidecar ? judgeShares(container, shared) : judgeVolumes(shared);
    }
  },
});

function* judgeVolumes(volumes: readonly Volume[]): Generator<Finding> {
  for (const volume of volumes) {
    yield* judgeSource(volume);
    yield* judgeFiles(volume);
  }
  for (const [volume, first] of repeats(volumes, ({ name }) => name)) {
    if (volume.mayRepeat && volume.type === first.type && volume.source === first.source) continue;
    const other = volume.mayRepeat ? " of another source" : "";
    yield {
      field: `${volume.path}.name`,
      message: `${quote(volume.name ?? "")} is the name of an earlier volume${other}, a different one is required`,
    };
  }
  yield* judgePaths(volumes.map(({ path, mountPath }) => ({ field: `${path}.mountPath`, mountPath })));
}

function* judgeSource({ path, type, name, source, mayRepeat }: Volume): Generator<Finding> {
  if (name !== undefined && !isDnsLabel(name))
    yield {
      field: `${path}.name`,
      message: `${quote(name)} is no DNS label, at most 63 of a-z, 0-9 and - are required`,
    };
  const member = volumeSources[type];
  if (member === undefined) return;
  if (source !== undefined && !isDnsSubdomain(source))
    yield { field: `${path}.${member}`, message: `${quote(source)} is no DNS name, the name of an object is required` };
  const field = `${path}.${member}`;
  if (source === undefined && !mayRepeat)
    yield { field, message: `is missing, a volume of type ${type} requires it`, from: [field] };
}

function* judgeFiles({ path, subPath, items, defaultMode }: Volume): Generator<Finding> {
  const inside: [string, string | undefined][] = [[`${path}.subPath`, subPath]];
  const modes: [string, number | undefined][] = [[`${path}.defaultMode`, defaultMode]];
  for (const [i, item] of items.entries()) {
    inside.push([`${path}.items[${i}].path`, asText(own(item, "path"))]);
    modes.push([`${path}.items[${i}].mode`, asInteger(own(item, "mode"))]);
  }
  for (const [field, text] of inside)
    if (text !== undefined && (text.startsWith("/") || text.split("/").includes("..")))
      yield { field, message: `${quote(text)} leads out of the volume, a relative path without .. is required` };
  for (const [field, mode] of modes)
    if (mode !== undefined && (mode < 0 || mode > 0o777))
      yield { field, message: `is ${mode}, a mode from 0 to 511 (octal 777) is required` };
}

/** A sidecar has no volumes of its own; it mounts those of the component (kubevela/kubevela: sidecar.cue). */
function* judgeShares({ component, path, properties }: Container, shared: readonly Volume[]): Generator<Finding> {
  const known = new Set(shared.map((volume) => volume.name));
  const mounts = asList(own(properties, "volumes"));
  for (const [i, mount] of mounts.entries()) {
    const name = asText(own(mount, "name"));
    if (name === undefined || known.has(name)) continue;
    yield {
      field: `${path}.volumes[${i}].name`,
      message: `${quote(name)} is no volume of the component, the name of one is required`,
      from: ["volumes", "volumeMounts"].map((member) => `${component.path}.properties.${member}`),
    };
  }
  yield* judgePaths(
    mounts.map((mount, i) => ({ field: `${path}.volumes[${i}].path`, mountPath: asText(own(mount, "path")) })),
  );
}

function* judgePaths(mounts: readonly { field: string; mountPath: string | undefined }[]): Generator<Finding> {
  for (const { field, mountPath } of mounts) {
    const message = mountPath === undefined ? undefined : fault(mountPath);
    if (message) yield { field, message: `${quote(mountPath ?? "")} ${message}` };
  }
  for (const [{ field, mountPath }] of repeats(mounts, ({ mountPath }) => mountPath?.replace(/(?<=[^/])\/+$/, "")))
    yield { field, message: `${quote(mountPath ?? "")} is mounted already, a different path is required` };
}

function fault(path: string): string | undefined {
  if (!path.startsWith("/")) return "is relative, an absolute path is required";
  if (/^\/+$/.test(path)) return "is the root, a path below it is required";
  if (path.split("/").includes("..")) return "leads upwards, a path without .. is required";
  return path.includes(":") ? "has a colon, a path without one is required" : undefined;
}
