import { type Container, containers } from "../model/containers.ts";
import { asText, own } from "../model/json.ts";
import { one, readQuantity } from "../model/quantity.ts";
import { quote } from "../model/shape.ts";
import { type Finding, rule } from "./rule.ts";

export default rule({
  id: "resources-are-quantities",
  codes: ["A14"],
  action: "Deny",
  about: "spec",
  invariant: "CPU and memory are quantities, and limits are not below requests.",
  because: "The API server would refuse the Deployment.",
  reads: [],
  *check({ app }) {
    for (const container of containers(app))
      for (const resource of ["cpu", "memory"]) yield* judge(container, resource);
  },
});

function* judge({ path, properties }: Container, resource: string): Generator<Finding> {
  const request = asText(own(properties, resource));
  const limit = asText(own(own(properties, "limit"), resource));
  const values = { [`${path}.${resource}`]: request, [`${path}.limit.${resource}`]: limit };
  for (const [field, value] of Object.entries(values)) {
    const message = value === undefined ? undefined : fault(resource, value);
    if (message) yield { field, message };
  }
  const [least, most] = [readQuantity(request ?? ""), readQuantity(limit ?? "")];
  if (least === undefined || most === undefined || most >= least) return;
  yield {
    field: `${path}.limit.${resource}`,
    message: `the limit ${quote(limit ?? "")} is below the request ${quote(request ?? "")}, at least as much is required`,
  };
}

function fault(resource: string, value: string): string | undefined {
  const size = readQuantity(value);
  if (size === undefined) return `${quote(value)} is no quantity, one like ${samples[resource]} is required`;
  if (size < 0n) return `${quote(value)} is negative, a quantity of at least 0 is required`;
  if (resource !== "memory" || size === 0n || size >= one) return undefined;
  return `${quote(value)} is less than a byte, Mi is required for mebibytes`;
}

const samples: Readonly<Record<string, string>> = { cpu: "500m or 2", memory: "512Mi or 1Gi" };
