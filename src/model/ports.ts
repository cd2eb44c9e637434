import { type Component, traitOf } from "./application.ts";
import type { Container } from "./containers.ts";
import { asFlag, asInteger, asList, asObject, asText, type JsonObject, own } from "./json.ts";
import { remembered } from "./remembered.ts";
import { traitTypes } from "./vocabulary.ts";
import { wellTyped } from "./well-typed.ts";

/** A port as a component or its expose trait lists it. */
export interface Port {
  /** Path of the entry, and of the number in it. */
  readonly path: string;
  readonly portPath: string;
  readonly port: number;
  readonly containerPort: number | undefined;
  readonly protocol: string;
  readonly name: string | undefined;
  readonly nodePort: number | undefined;
  /** Whether a Service opens it. */
  readonly isExposed: boolean;
}

export const isPort = (port: number): boolean => port >= 1 && port <= 65535;

/** More ports than any server listens on. */
const mostPorts = 100;

/** What the API server hands out unless told otherwise (kubernetes.io: --service-node-port-range). */
const isNodePort = (port: number): boolean => port >= 30_000 && port <= 32_767;

/** The ports that a container opens, with well-typed numbers; `ports` wins over the older `port`. */
export function portsOf({ path, properties }: Container): readonly Port[] {
  const listed = own(properties, "ports");
  if (listed !== undefined) return readPorts(asList(listed).map(asObject), `${path}.ports`);
  const port = asInteger(own(properties, "port"));
  return port === undefined ? [] : [bare(port, `${path}.port`, false)];
}

/** The ports that the expose trait of a component opens, with well-typed numbers. */
export const exposedPorts = remembered((component: Component): readonly Port[] => {
  const trait = traitOf(component, "expose");
  const shape = traitTypes["expose"];
  if (!trait || !shape) return [];
  const path = `${trait.path}.properties`;
  const properties = wellTyped(shape, trait.properties);
  const listed = own(properties, "ports");
  if (listed === undefined)
    return asList(own(properties, "port")).flatMap((port, i) => {
      const number = asInteger(port);
      return number === undefined ? [] : [bare(number, `${path}.port[${i}]`, true)];
    });
  return readPorts(asList(listed).map(asObject), `${path}.ports`).map((port) => ({ ...port, isExposed: true }));
});

const bare = (port: number, path: string, isExposed: boolean): Port => ({
  path,
  portPath: path,
  port,
  containerPort: undefined,
  protocol: "TCP",
  name: undefined,
  nodePort: undefined,
  isExposed,
});

function readPorts(listed: readonly JsonObject[], path: string): Port[] {
  return listed.flatMap((entry, i) => {
    const port = asInteger(own(entry, "port"));
    if (port === undefined) return [];
    return [
      {
        path: `${path}[${i}]`,
        portPath: `${path}[${i}].port`,
        port,
        containerPort: asInteger(own(entry, "containerPort")),
        protocol: asText(own(entry, "protocol")) ?? "TCP",
        name: asText(own(entry, "name")),
        nodePort: asInteger(own(entry, "nodePort")),
        isExposed: asFlag(own(entry, "expose")) === true,
      },
    ];
  });
}

/** The name of a port, or the one that KubeVela gives it (kubevela/kubevela: webservice.cue, expose.cue). */
export const portName = ({ name, port, protocol }: Port): string => name ?? defaultPortName(port, protocol);

export const defaultPortName = (port: number, protocol: string): string =>
  protocol === "TCP" ? `port-${port}` : `port-${port}-${protocol.toLowerCase()}`;

type PortMistake = { readonly field: string; readonly message: string };

/** Numbers that are no ports, too many of them, and entries that claim what an earlier one has. */
export function* portMistakes(ports: readonly Port[]): Generator<PortMistake> {
  for (const port of ports) yield* numberMistakes(port);
  const excess = ports[mostPorts];
  if (excess) {
    const message = `is port ${mostPorts + 1} of ${ports.length}, at most ${mostPorts} are possible`;
    yield { field: excess.path, message };
  }
  const taken = new Set<string>();
  for (const port of ports.filter(({ port, containerPort }) => isPort(port) && isPort(containerPort ?? port))) {
    const claims = claimsOf(port);
    const repeated = claims.find((claim) => taken.has(claim));
    if (repeated)
      yield { field: port.path, message: `has ${repeated} like an earlier one, a different one is required` };
    for (const claim of claims) taken.add(claim);
  }
}

function* numberMistakes({ path, portPath, port, containerPort, nodePort }: Port): Generator<PortMistake> {
  for (const [field, number] of Object.entries({ [portPath]: port, [`${path}.containerPort`]: containerPort }))
    if (number !== undefined && !isPort(number))
      yield { field, message: `is ${number}, a port from 1 to 65535 is required` };
  if (nodePort !== undefined && !isNodePort(nodePort))
    yield { field: `${path}.nodePort`, message: `is ${nodePort}, a port from 30000 to 32767 is required` };
}

function claimsOf(port: Port): string[] {
  return [
    `port ${port.containerPort ?? port.port}/${port.protocol}`,
    ...(port.isExposed ? [`Service port ${port.port}/${port.protocol}`] : []),
    ...(port.nodePort === undefined ? [] : [`nodePort ${port.nodePort}/${port.protocol}`]),
    `the name ${JSON.stringify(portName(port))}`,
  ];
}

/** What renders the Service of a component: exposed ports, an expose trait, a canary-traffic trait. */
export function serviceSources(component: Component): readonly { path: string; what: string }[] {
  const listed = component.type === "webservice" ? asList(own(component.properties, "ports")) : [];
  const traits = ["expose", "canary-traffic"].flatMap((type) => {
    const trait = traitOf(component, type);
    return trait ? [{ path: trait.path, what: `the ${type} trait` }] : [];
  });
  return listed.some((port) => asFlag(own(port, "expose")) === true)
    ? [{ path: `${component.path}.properties.ports`, what: "a port with expose" }, ...traits]
    : traits;
}

/** The ports of the canary-traffic trait of a component; well-typed numbers only. */
export function canaryTrafficPorts(component: Component): readonly { path: string; port: number }[] {
  const trait = traitOf(component, "canary-traffic");
  return asList(own(trait?.properties, "port")).flatMap((item, i) => {
    const port = asInteger(item);
    return port === undefined ? [] : [{ path: `${trait?.path}.properties.port[${i}]`, port }];
  });
}
