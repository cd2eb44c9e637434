import { asInteger, asList, type JsonObject, own } from "../model/json.ts";
import { inner, objects } from "./properties.ts";
import { stated } from "./stated.ts";

/** A probe with KubeVela's defaults, which are those of Kubernetes; a 0 stands for the default there, too. */
export function probe(properties: JsonObject | undefined): JsonObject | undefined {
  if (!properties) return undefined;
  const exec = inner(properties, "exec");
  const httpGet = inner(properties, "httpGet");
  const tcpSocket = inner(properties, "tcpSocket");
  const count = (key: string) => asInteger(own(properties, key)) || undefined;
  return stated({
    exec: exec && stated({ command: own(exec, "command") }),
    httpGet: httpGet && httpRequest(httpGet),
    tcpSocket: tcpSocket && { port: own(tcpSocket, "port") },
    initialDelaySeconds: count("initialDelaySeconds"),
    periodSeconds: count("periodSeconds") ?? 10,
    timeoutSeconds: count("timeoutSeconds") ?? 1,
    successThreshold: count("successThreshold") ?? 1,
    failureThreshold: count("failureThreshold") ?? 3,
  });
}

const httpRequest = (properties: JsonObject): JsonObject =>
  stated({
    path: own(properties, "path"),
    port: own(properties, "port"),
    host: own(properties, "host"),
    scheme: own(properties, "scheme"),
    httpHeaders: objects(asList(own(properties, "httpHeaders"))),
  });
