import { choiceMistake } from "../model/choice.ts";
import { containers } from "../model/containers.ts";
import { asInteger, asList, asText, at, isObject, type JsonObject, own } from "../model/json.ts";
import { isPort } from "../model/ports.ts";
import { quote } from "../model/shape.ts";
import { type Finding, rule } from "./rule.ts";

export default rule({
  id: "probes-have-one-handler",
  codes: ["A15"],
  action: "Deny",
  about: "spec",
  invariant: "A probe has exactly one handler and sensible numbers.",
  because: "The API server would refuse the Deployment.",
  reads: [],
  *check({ app }) {
    for (const { path, raw } of containers(app))
      for (const name of ["livenessProbe", "readinessProbe"]) {
        const probe = own(raw, name);
        if (isObject(probe)) yield* judge(probe, `${path}.${name}`, name === "livenessProbe");
      }
  },
});

function* judge(probe: JsonObject, path: string, isLiveness: boolean): Generator<Finding> {
  const choice = choiceMistake(probe, ["exec", "httpGet", "tcpSocket"]);
  if (choice) yield { field: path, message: choice, from: [path] };
  yield* judgeHandlers(probe, path);
  for (const [key, least] of Object.entries(leasts)) {
    const number = asInteger(own(probe, key));
    if (number !== undefined && number < least)
      yield { field: `${path}.${key}`, message: `is ${number}, at least ${least} is required` };
  }
  const successes = asInteger(own(probe, "successThreshold")) ?? 1;
  if (isLiveness && successes > 1)
    yield { field: `${path}.successThreshold`, message: `is ${successes}, a liveness probe requires 1` };
}

const leasts = {
  initialDelaySeconds: 0,
  periodSeconds: 1,
  timeoutSeconds: 1,
  successThreshold: 1,
  failureThreshold: 1,
};

function* judgeHandlers(probe: JsonObject, path: string): Generator<Finding> {
  const command = at(probe, "exec", "command");
  if (Array.isArray(command) && command.length === 0)
    yield { field: `${path}.exec.command`, message: "is empty, at least one string is required" };
  for (const handler of ["httpGet", "tcpSocket"]) {
    const port = asInteger(at(probe, handler, "port"));
    if (port !== undefined && !isPort(port))
      yield { field: `${path}.${handler}.port`, message: `is ${port}, a port from 1 to 65535 is required` };
  }
  if (at(probe, "httpGet", "path") === "")
    yield { field: `${path}.httpGet.path`, message: "is empty, a path like /healthz is required" };
  const scheme = asText(at(probe, "httpGet", "scheme"));
  if (scheme !== undefined && scheme !== "HTTP" && scheme !== "HTTPS")
    yield { field: `${path}.httpGet.scheme`, message: `is ${quote(scheme)}, "HTTP" or "HTTPS" is required` };
  for (const [i, header] of asList(at(probe, "httpGet", "httpHeaders")).entries()) {
    const name = asText(own(header, "name"));
    if (name === undefined || /^[-A-Za-z0-9]+$/.test(name)) continue;
    yield {
      field: `${path}.httpGet.httpHeaders[${i}].name`,
      message: `${quote(name)} is no header, letters, digits and - are required`,
    };
  }
}
