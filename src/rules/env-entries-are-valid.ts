import { choiceMistake } from "../model/choice.ts";
import { containers } from "../model/containers.ts";
import { isDnsSubdomain } from "../model/dns.ts";
import { asList, asText, isObject, type Json, type JsonObject, own } from "../model/json.ts";
import { quote } from "../model/shape.ts";
import { type Finding, rule } from "./rule.ts";

export default rule({
  id: "env-entries-are-valid",
  codes: ["A16"],
  action: "Deny",
  about: "spec",
  invariant: "Environment variables have valid names, and a value or a source but not both.",
  because: "The API server would refuse the Deployment.",
  reads: [],
  *check({ app }) {
    for (const { path, raw } of containers(app))
      for (const [i, entry] of asList(own(raw, "env")).entries()) yield* judge(entry, `${path}.env[${i}]`);
  },
});

function* judge(entry: Json, path: string): Generator<Finding> {
  const name = asText(own(entry, "name"));
  const value = asText(own(entry, "value"));
  const source = own(entry, "valueFrom");
  if (name !== undefined && !isEnvName(name))
    yield {
      field: `${path}.name`,
      message: `${quote(name)} is no environment variable, letters, digits, _, - and . without a digit or .. in front are required`,
    };
  if (value !== undefined && value.length > longest)
    yield { field: `${path}.value`, message: `has ${value.length} characters, at most ${longest} reach a process` };
  if (value !== undefined && isObject(source))
    yield { field: path, message: "has both value and valueFrom, one of them is required" };
  if (!isObject(source)) return;
  const choice = choiceMistake(source, ["secretKeyRef", "configMapKeyRef", "fieldRef"]);
  if (choice) yield { field: `${path}.valueFrom`, message: choice, from: [`${path}.valueFrom`] };
  yield* judgeSource(source, `${path}.valueFrom`);
}

function* judgeSource(source: JsonObject, path: string): Generator<Finding> {
  for (const kind of ["secretKeyRef", "configMapKeyRef"]) {
    const name = asText(own(own(source, kind), "name"));
    const key = asText(own(own(source, kind), "key"));
    if (name !== undefined && !isDnsSubdomain(name))
      yield {
        field: `${path}.${kind}.name`,
        message: `${quote(name)} is no DNS name, the name of an object is required`,
      };
    if (key !== undefined && !/^[-._A-Za-z0-9]{1,253}$/.test(key))
      yield {
        field: `${path}.${kind}.key`,
        message: `${quote(key)} is no key, letters, digits, -, _ and . are required`,
      };
  }
  const field = asText(own(own(source, "fieldRef"), "fieldPath"));
  if (field === undefined || isPodField(field)) return;
  yield {
    field: `${path}.fieldRef.fieldPath`,
    message: `${quote(field)} is no field that a pod tells, one like metadata.name or status.podIP is required`,
  };
}

/** Linux: MAX_ARG_STRLEN, with room for the name. */
const longest = 130_000;

/** Before Kubernetes 1.32 the API server wants more than any printable characters (kubernetes/apimachinery: IsEnvVarName). */
const isEnvName = (name: string): boolean =>
  name.length <= 1000 && /^[-._A-Za-z][-._A-Za-z0-9]*$/.test(name) && name !== "." && !name.startsWith("..");

const podFields = ["metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName"];
const podAddresses = ["status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"];

/** The fields of the downward API for environment variables (kubernetes/kubernetes: pkg/apis/core/validation). */
const isPodField = (path: string): boolean =>
  podFields.includes(path) || podAddresses.includes(path) || /^metadata\.(?:labels|annotations)\['[^']+'\]$/.test(path);
