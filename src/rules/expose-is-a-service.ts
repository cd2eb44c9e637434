import { traitOf } from "../model/application.ts";
import { isDnsLabel, isLabelKey, isLabelValue } from "../model/dns.ts";
import { asObject, asText, isObject, type JsonObject, join, own } from "../model/json.ts";
import { exposedPorts, type Port, portMistakes } from "../model/ports.ts";
import { quote } from "../model/shape.ts";
import { type Finding, rule } from "./rule.ts";

export default rule({
  id: "expose-is-a-service",
  codes: ["T06"],
  action: "Deny",
  about: "spec",
  invariant: "An expose trait lists valid ports and a Service type that fits them.",
  because: "The API server would refuse the Service.",
  reads: [],
  *check({ app }) {
    for (const component of app.components) {
      const trait = traitOf(component, "expose");
      if (!trait) continue;
      const { properties } = trait;
      const path = `${trait.path}.properties`;
      const type = asText(own(properties, "type")) ?? "ClusterIP";
      yield* judgeList(properties, path);
      yield* judgeMetadata(properties, path);
      if (type === "ExternalName")
        yield {
          field: `${path}.type`,
          message: "ExternalName has no pods behind it, one of ClusterIP, NodePort and LoadBalancer is required",
        };
      yield* judgePorts(exposedPorts(component), type);
    }
  },
});

function* judgePorts(ports: readonly Port[], type: string): Generator<Finding> {
  yield* portMistakes(ports);
  for (const { path, name, nodePort } of ports) {
    if (name !== undefined && !isDnsLabel(name))
      yield {
        field: `${path}.name`,
        message: `${quote(name)} is no DNS label, at most 63 of a-z, 0-9 and - are required`,
      };
    if (nodePort !== undefined && type !== "NodePort")
      yield {
        field: `${path}.nodePort`,
        message: `is ${nodePort} in a Service of type ${type}, type NodePort is required`,
      };
  }
}

function* judgeList(properties: JsonObject, path: string): Generator<Finding> {
  const key = own(properties, "ports") === undefined ? "port" : "ports";
  const listed = own(properties, key);
  if (listed === undefined)
    yield {
      field: path,
      message: "lists no port, one in port or ports is required",
      from: [`${path}.port`, `${path}.ports`],
    };
  if (Array.isArray(listed) && listed.length === 0)
    yield { field: `${path}.${key}`, message: "is empty, at least one port is required" };
}

function* judgeMetadata(properties: JsonObject, path: string): Generator<Finding> {
  const labels = own(properties, "matchLabels");
  if (isObject(labels) && Object.keys(labels).length === 0)
    yield { field: `${path}.matchLabels`, message: "is empty and selects no pod, at least one label is required" };
  for (const kind of ["matchLabels", "annotations"])
    for (const [key, value] of Object.entries(asObject(own(properties, kind)))) {
      const field = join(`${path}.${kind}`, key);
      if (!isLabelKey(key))
        yield {
          field,
          message: `${quote(key)} is no key of a label or annotation, one like example.com/name is required`,
        };
      if (kind === "matchLabels" && !isLabelValue(asText(value) ?? ""))
        yield { field, message: "the value is no label value, at most 63 letters, digits, -, _ and . are required" };
    }
}
