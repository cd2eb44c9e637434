import { type ChildProcess, spawn } from "node:child_process";
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { Log } from "../../src/controller/said.ts";
import { Support } from "../../src/controller/support.ts";
import { makeCertificates } from "../../src/install/make-certificates.ts";
import { asObject, type JsonObject } from "../../src/model/json.ts";
import { type ApiDouble, status } from "../cluster/api-double.ts";
import { eventually, PlayClock } from "../cluster/play-clock.ts";
import { cleanUp, connected, folder, kubeconfig, later, startDouble } from "../cluster/rig.ts";
import { example } from "../support/cases.ts";
import { programPath, scratchFile } from "../support/program.ts";

/** What an API server says of itself, and of Istio. */
function pretend(double: ApiDouble, gitVersion: string, istio: readonly string[]): void {
  const versions = istio.map((version) => ({ groupVersion: `networking.istio.io/${version}`, version }));
  const answers: Readonly<Record<string, JsonObject>> = {
    "/version": { gitVersion },
    "/apis/networking.istio.io": { kind: "APIGroup", versions },
  };
  double.script = ({ path }) => {
    const body = answers[path];
    return body && { status: 200, body };
  };
}

interface Process {
  readonly said: () => string;
  readonly isReady: () => Promise<boolean>;
}

/** `rollguard serve` on a double that has one Application. */
async function serveOn(double: ApiDouble): Promise<Process> {
  const app = example("bookinfo");
  double.store.put({ ...app, metadata: { ...asObject(app["metadata"]), namespace: "shop", generation: 1 } });
  const where = await folder();
  const { cert, key } = await makeCertificates({ names: ["localhost"], days: 1 });
  const files = ["--tls-cert", scratchFile(where, "tls.crt", cert), "--tls-key", scratchFile(where, "tls.key", key)];
  const ports = ["--port", "0", "--http-port", "0", "--drain-seconds", "0"];
  const args = [programPath, "serve", "--kubeconfig", await kubeconfig(double), ...files, ...ports];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  later(() => {
    child.kill("SIGKILL");
    return ended;
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      text += String(chunk);
    });
  const isReady = (): Promise<boolean> =>
    new Promise((resolve) => {
      const port = /"httpPort":(\d+)/.exec(text)?.[1];
      if (port === undefined) return resolve(false);
      get(`http://127.0.0.1:${port}/readyz`, (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      }).on("error", () => resolve(false));
    });
  return { said: () => text, isReady };
}

const writesOf = (double: ApiDouble): readonly string[] =>
  double.received.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);

describe("the controller in a cluster that is too old", function () {
  this.timeout(60_000);
  let double: ApiDouble;

  beforeEach(async () => {
    double = await startDouble();
  });
  afterEach(cleanUp);

  const cases: readonly [string, string, readonly string[], string][] = [
    ["Kubernetes", "v1.29.14", ["v1"], "Kubernetes is v1.29.14, 1.30 or newer is needed"],
    ["Istio", "v1.36.3", ["v1beta1"], "networking.istio.io is served as v1beta1, v1 is needed"],
  ];
  for (const [what, version, istio, message] of cases)
    it(`says so of ${what}, and writes nothing, while the webhooks answer`, async () => {
      pretend(double, version, istio);
      const { said, isReady } = await serveOn(double);
      await until(() => said().includes(`nothing is rolled out here: ${message}`), said);
      await until(isReady, said);
      expect(writesOf(double)).to.deep.equal([]);
    });

  it("rolls out in one that is not", async () => {
    pretend(double, "v1.30.0", ["v1", "v1beta1"]);
    const { said } = await serveOn(double);
    const revision = "PATCH /apis/apps/v1/namespaces/shop/controllerrevisions/reviews-v1";
    await until(() => writesOf(double).some((write) => write === revision), said);
    expect(writesOf(double)[0]).to.match(/^POST .*\/leases$/);
  });
});

describe("a cluster that cannot be asked which one it is", () => {
  afterEach(cleanUp);

  it("is warned of once, until it is another failure or was asked in between", async () => {
    const double = await startDouble();
    const clock = new PlayClock();
    const said: string[] = [];
    let refusal = "no";
    double.script = ({ path }) =>
      path === "/version" && refusal !== "" ? { status: 403, body: status(403, "Forbidden", refusal) } : undefined;
    const log: Log = (message, _fields, level) => void said.push(`${level}: ${message}`);
    const support = new Support({ api: await connected(double), clock, log, onGiven: () => {} });
    later(() => support.stop());
    const tries = async (times: number): Promise<void> => {
      const enough = double.received.filter(({ path }) => path === "/version").length + times;
      await eventually(() => {
        clock.advance(1_000);
        return double.received.filter(({ path }) => path === "/version").length >= enough;
      });
    };
    await tries(5);
    const line = (text: string) => `warn: cannot tell which cluster this is: GET /version: ${text}`;
    expect(said).to.deep.equal([line("no")]);
    refusal = "never";
    await tries(3);
    refusal = "";
    await tries(3);
    expect(support.isGiven).to.equal(true);
    refusal = "never";
    await tries(3);
    expect(said).to.deep.equal(["no", "never", "never"].map(line));
  });
});

async function until(isSo: () => boolean | Promise<boolean>, said: () => string): Promise<void> {
  for (const end = performance.now() + 30_000; !(await isSo()); await sleep(50)) {
    if (performance.now() > end) throw new Error(`not within 30 s; it said ${said()}`);
  }
}
