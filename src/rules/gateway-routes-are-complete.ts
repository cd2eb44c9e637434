import { type Component, type Trait, traitOf } from "../model/application.ts";
import { choiceMistake } from "../model/choice.ts";
import { isDnsLabel } from "../model/dns.ts";
import { asList, asText, isObject, type JsonObject, own } from "../model/json.ts";
import { repeats } from "../model/repeats.ts";
import { gatewayHosts, gatewayOf, isHost, maxGatewayRoutes } from "../model/routes.ts";
import { quote } from "../model/shape.ts";
import { type Finding, rule } from "./rule.ts";

export default rule({
  id: "gateway-routes-are-complete",
  codes: ["T08"],
  action: "Deny",
  about: "spec",
  invariant: "An istio-gateway trait names valid hosts, and matches with exactly one absolute path each.",
  because: "Istio would refuse the route, or match more than was meant.",
  reads: [],
  *check({ app }) {
    for (const component of app.components) {
      const trait = traitOf(component, "istio-gateway");
      if (trait) yield* [...judgeHosts(component, trait), ...judgeMatch(trait), ...judgeGateway(trait)];
    }
  },
});

/** More than one team has; a list for everybody belongs into a gateway of its own. */
const mostHosts = 100;

function* judgeHosts(component: Component, trait: Trait): Generator<Finding> {
  const listed = own(trait.properties, "hosts");
  const hosts = gatewayHosts(component);
  const matches = Math.max(asList(own(trait.properties, "match")).length, 1);
  if (Array.isArray(listed) && listed.length === 0)
    yield { field: `${trait.path}.properties.hosts`, message: 'is empty, at least one host or "*" is required' };
  if (hosts.length > mostHosts)
    yield {
      field: `${trait.path}.properties.hosts`,
      message: `has ${hosts.length} hosts, at most ${mostHosts} are possible`,
    };
  else if (hosts.length * matches > maxGatewayRoutes)
    yield {
      field: `${trait.path}.properties.hosts`,
      message: `${hosts.length} hosts with ${matches} matches are too many, at most ${maxGatewayRoutes} in all are possible`,
    };
  for (const { path, host } of hosts)
    if (!isHost(host))
      yield { field: path, message: `${quote(host)} is no host, a DNS name, "*" or a name after "*." is required` };
  for (const [{ path, host }] of repeats(hosts, ({ host }) => host.toLowerCase()))
    yield { field: path, message: `${quote(host)} is listed already, every host once is required` };
}

function* judgeMatch(trait: Trait): Generator<Finding> {
  const listed = own(trait.properties, "match");
  const path = `${trait.path}.properties.match`;
  if (Array.isArray(listed) && listed.length === 0)
    yield { field: path, message: "is empty and matches nothing, at least one match or no list at all is required" };
  for (const [i, entry] of asList(listed).entries()) if (isObject(entry)) yield* judgeEntry(entry, `${path}[${i}]`);
}

function* judgeEntry(entry: JsonObject, path: string): Generator<Finding> {
  const choice = choiceMistake(entry, ["exact", "prefix"]);
  if (choice) yield { field: path, message: choice, from: [path] };
  for (const kind of ["exact", "prefix"]) {
    const uri = asText(own(entry, kind));
    const fault = uri === undefined ? undefined : pathFault(uri);
    if (fault) yield { field: `${path}.${kind}`, message: `${quote(uri ?? "")} ${fault}` };
  }
}

function* judgeGateway(trait: Trait): Generator<Finding> {
  const gateway = gatewayOf(trait);
  if (isDnsLabel(gateway) && gateway !== "mesh") return;
  yield {
    field: `${trait.path}.properties.gateway`,
    message: `${quote(gateway)} names no gateway, the value of its label istio is required`,
  };
}

/** The longest path that is worth comparing at every request. */
const longest = 1024;

/** Istio's gateways compare paths without query and fragment, after they have resolved dot segments (istio.io: pathNormalization). */
function pathFault(path: string): string | undefined {
  if (path.length > longest) return `has ${path.length} characters, at most ${longest} are possible`;
  if (!path.startsWith("/")) return "is relative, an absolute path is required";
  if (path.split("/").includes("..") || /%2e/i.test(path))
    return "leads upwards, a path without .. and %2e is required";
  const foreign = /[?#]/.exec(path);
  if (foreign) return `has ${foreign[0]}, a path alone is required`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return /[\s\u0000-\u001f\u007f]/.test(path)
    ? "has spaces or control characters, a path without is required"
    : undefined;
}
