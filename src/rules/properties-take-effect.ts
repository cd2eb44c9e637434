import { traitOf } from "../model/application.ts";
import { type Container, containers } from "../model/containers.ts";
import { asText, own } from "../model/json.ts";
import { portsOf } from "../model/ports.ts";
import { quote } from "../model/shape.ts";
import { volumeSources, volumesOf } from "../model/volumes.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "properties-take-effect",
  codes: ["A12"],
  action: "Warn",
  about: "spec",
  invariant: "No property is set that another one overrides.",
  because: "KubeVela's components ignore the older spelling where both are given.",
  reads: [],
  *check({ app }) {
    for (const container of containers(app)) {
      const { component, title, path, isSidecar } = container;
      if (isSidecar) continue;
      for (const [member, reason] of [...pairs(container), ...ports(container), ...volumes(container)])
        yield { field: `${path}.${member}`, message: `${title}: ${reason}` };
      const expose = traitOf(component, "expose");
      if (own(expose?.properties, "port") !== undefined && own(expose?.properties, "ports") !== undefined)
        yield {
          field: `${expose?.path}.properties.port`,
          message: `${title}: port of expose is ignored because ports is set`,
        };
    }
  },
});

function* pairs({ properties }: Container): Generator<[string, string]> {
  const has = (key: string) => own(properties, key) !== undefined;
  if (has("port") && has("ports")) yield ["port", "port is ignored because ports is set"];
  if (has("volumes") && has("volumeMounts")) yield ["volumes", "volumes is ignored because volumeMounts is set"];
  for (const resource of ["cpu", "memory"])
    if (own(own(properties, "limit"), resource) !== undefined && !has(resource))
      yield [`limit.${resource}`, `limit.${resource} is ignored because ${resource} is not set`];
}

function* ports(container: Container): Generator<[string, string]> {
  const listed = portsOf(container);
  const type = asText(own(container.properties, "exposeType"));
  const isExposed = listed.some((port) => port.isExposed);
  if (type !== undefined && !isExposed) yield ["exposeType", "exposeType is ignored because no port is exposed"];
  for (const [i, port] of listed.entries()) {
    if (port.nodePort === undefined || (port.isExposed && type === "NodePort")) continue;
    const reason = port.isExposed ? "exposeType is not NodePort" : "the port is not exposed";
    yield [`ports[${i}].nodePort`, `nodePort ${port.nodePort} is ignored because ${reason}`];
  }
}

/** A volume whose type does not fit is empty where a claim, a ConfigMap or a Secret was meant. */
function* volumes(container: Container): Generator<[string, string]> {
  for (const { path, type, name, properties } of volumesOf(container))
    for (const member of [...Object.values(volumeSources), "medium"]) {
      const fits = member === "medium" ? type === "emptyDir" : member === volumeSources[type];
      if (member === undefined || fits || own(properties, member) === undefined) continue;
      const field = `${path}.${member}`.slice(container.path.length + 1);
      yield [field, `${member} of volume ${quote(name ?? "")} is ignored because its type is ${type}`];
    }
}
