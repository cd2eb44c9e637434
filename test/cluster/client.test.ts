import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { type Api, ApiError, type ApiRequest } from "../../src/cluster/api.ts";
import { connect, hasConfig } from "../../src/cluster/client.ts";
import { list } from "../../src/cluster/list.ts";
import { resources } from "../../src/cluster/resources.ts";
import { type ApiDouble, status } from "./api-double.ts";
import { eventually, PlayClock } from "./play-clock.ts";
import { cleanUp, connected, folder, kubeconfig, service, startDouble } from "./rig.ts";

const one: ApiRequest = { path: "/api/v1/namespaces/shop/services/reviews" };
const write: ApiRequest = {
  method: "PATCH",
  path: one.path,
  contentType: "application/apply-patch+yaml",
  body: service("reviews", { spec: { ports: [] } }),
};

async function errorOf(call: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await call.then(
    () => new Error("it succeeded"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiError)) throw error;
  return error;
}

describe("cluster: client", () => {
  let double: ApiDouble;
  let clock: PlayClock;
  let api: Api;

  beforeEach(async () => {
    double = await startDouble();
    double.store.put(service("reviews"));
    clock = new PlayClock();
    api = await connected(double, clock);
  });
  afterEach(cleanUp);

  it("reads an object raw, as the identity of the kubeconfig", async () => {
    const object = await api.call(one);
    expect(object).to.have.nested.property("metadata.name", "reviews");
    expect(double.received[0]?.headers.authorization).to.equal("Bearer token-1");
    expect(api.namespace).to.equal("shop");
  });

  it("states the length of every body, also of none", async () => {
    await api.call(write);
    await api.call({ method: "DELETE", path: one.path });
    expect(double.received.map(({ headers }) => headers["content-length"])).to.deep.equal([
      String(Buffer.byteLength(JSON.stringify(write.body))),
      "0",
    ]);
    expect(double.received.every(({ headers }) => headers["transfer-encoding"] === undefined)).to.equal(true);
  });

  it("API-01 a server that never answers: the call ends after 10 s and its slot is free", async () => {
    double.script = () => "stall";
    const calls = Array.from({ length: 8 }, () => errorOf(api.call(one)));
    await eventually(() => double.received.length === 8);
    clock.advance(9_999);
    const waiting = api.call({ ...one, deadline: 60_000 });
    double.script = () => undefined;
    clock.advance(1);
    expect((await Promise.all(calls)).map(({ reason }) => reason)).to.deep.equal(Array(8).fill("Timeout"));
    expect(await waiting).to.have.nested.property("metadata.name", "reviews");
  });

  it("API-01 a list may take 60 s", async () => {
    double.script = () => "stall";
    const listing = errorOf(list({ api, resource: resources.Service }, new AbortController().signal, () => {}));
    await eventually(() => double.received.length === 1);
    expect(clock.due).to.equal(60_000);
    clock.advance(60_000);
    expect((await listing).reason).to.equal("Timeout");
  });

  it("API-01 waits for a slot no longer than its deadline, and not at all where it is urgent", async () => {
    double.script = ({ query }) => (query.has("stall") ? "stall" : undefined);
    const stalled = Array.from({ length: 8 }, () =>
      errorOf(api.call({ path: `${one.path}?stall=1`, deadline: 60_000 })),
    );
    await eventually(() => double.received.length === 8);
    const late = errorOf(api.call(one));
    expect(await api.call({ ...one, isUrgent: true })).to.have.property("kind", "Service");
    clock.advance(10_000);
    expect((await late).reason).to.equal("Timeout");
    api.close();
    expect((await Promise.all(stalled)).map(({ reason }) => reason)).to.deep.equal(Array(8).fill("Aborted"));
  });

  it("FSM-12 a write that waits for a slot is not sent when what it rests on has ended", async () => {
    double.script = ({ query }) => (query.has("stall") ? "stall" : undefined);
    const stalled = Array.from({ length: 8 }, () =>
      errorOf(api.call({ path: `${one.path}?stall=1`, deadline: 5_000 })),
    );
    await eventually(() => double.received.length === 8);
    let holds = true;
    const late = errorOf(api.call({ ...write, holds: () => holds }));
    holds = false;
    clock.advance(5_000);
    expect((await late).reason).to.equal("Withdrawn");
    await Promise.all(stalled);
    expect(double.count("PATCH")).to.equal(0);
  });

  it("FSM-12 and is not sent again after the API server had too much to do", async () => {
    let holds = true;
    double.script = () => ({ status: 429, headers: { "Retry-After": "7" } });
    const late = errorOf(api.call({ ...write, holds: () => holds }));
    await eventually(() => double.received.length === 1 && clock.due === 7_000);
    holds = false;
    double.script = () => undefined;
    clock.advance(7_000);
    expect((await late).reason).to.equal("Withdrawn");
    expect(double.received.length).to.equal(1);
  });

  it("API-02 1,000 calls need at most 8 connections", async () => {
    await Promise.all(Array.from({ length: 1000 }, () => api.call(one)));
    expect(double.received).to.have.length(1000);
    expect(double.handshakes).to.be.at.most(8);
  });

  it("API-03 a server with too much to do is asked once per Retry-After, and no call is lost", async () => {
    const asked: number[] = [];
    double.script = () => {
      asked.push(clock.now());
      return clock.now() < 60_000 ? { status: 429, headers: { "Retry-After": "2" } } : undefined;
    };
    const deadline = 120_000;
    const call = api.call({ ...one, deadline });
    let isDone = false;
    void call.then(() => {
      isDone = true;
    });
    while (!isDone) {
      await eventually(() => isDone || clock.due < deadline - clock.now());
      if (!isDone) clock.advance(clock.due);
    }
    expect(await call).to.have.property("kind", "Service");
    const pauses = asked.slice(1).map((time, i) => time - (asked[i] ?? 0));
    expect(Math.min(...pauses)).to.be.at.least(2000);
  });

  it("API-03 where no time is left for another try, the caller gets to know when to come back", async () => {
    double.script = () => ({ status: 429, body: status(429, "TooManyRequests"), headers: { "Retry-After": "30" } });
    const error = await errorOf(api.call(one));
    expect(error).to.include({ status: 429, reason: "TooManyRequests", retryAfter: 30 });
    const next = await errorOf(api.call(one));
    expect(next.status).to.equal(429);
    expect(double.received).to.have.length(1);
  });

  it("API-03 a server that starts or ends says so with 503 and Retry-After", async () => {
    double.script = () => (double.received.length === 1 ? { status: 503, headers: { "Retry-After": "1" } } : undefined);
    const call = api.call(one);
    await eventually(() => clock.due <= 1000);
    clock.advance(1000);
    expect(await call).to.have.property("kind", "Service");
    double.script = () => ({ status: 503 });
    expect((await errorOf(api.call(one))).status).to.equal(503);
  });

  it("API-05 a write whose answer was lost is uncertain, and is not repeated blindly", async () => {
    await api.call(one);
    double.script = () => "act and cut";
    const error = await errorOf(api.call(write));
    expect(error.isUncertain).to.equal(true);
    expect(double.count("PATCH")).to.equal(1);
    double.script = () => undefined;
    expect(await api.call(one)).to.have.deep.nested.property("spec.ports", []);
  });

  it("API-06 a refusal says what right is missing", async () => {
    const message = 'services is forbidden: User "me" cannot list resource "services"';
    double.script = () => ({ status: 403, body: status(403, "Forbidden", message) });
    expect(await errorOf(api.call(one))).to.include({
      status: 403,
      reason: "Forbidden",
      message: `GET ${one.path}: ${message}`,
      isUncertain: false,
      remedy: "change",
    });
  });

  it("tells every warning beside an answer, whatever is quoted in it", async () => {
    const warnings: string[] = [];
    const warned = await connected(double, clock, undefined, { onWarning: (text) => warnings.push(text) });
    const line = '299 - "plan: web v1 \u2192 v2", 299 rollguard "host \\"*\\" takes all"';
    double.script = () => ({
      status: 200,
      body: service("reviews"),
      headers: { warning: Buffer.from(line).toString("latin1") },
    });
    await warned.call(one);
    expect(warnings).to.deep.equal(["plan: web v1 \u2192 v2", 'host "*" takes all']);
  });

  it("has the object and the causes of a refusal", async () => {
    const causes = [{ reason: "FieldValueInvalid", field: "spec.a", message: "is wrong (a-is-right)" }];
    const body = { ...status(422, "Invalid", "no"), details: { kind: "Application", name: "shop", causes } };
    double.script = () => ({ status: 422, body });
    expect((await errorOf(api.call(write))).details).to.deep.equal({
      kind: "Application",
      name: "shop",
      causes: [{ field: "spec.a", message: "is wrong (a-is-right)" }],
    });
  });

  it("API-08 a connection that the server closed in the meantime is replaced", async () => {
    await api.call(one);
    let calls = 0;
    double.script = () => (calls++ === 0 ? "cut" : undefined);
    expect(await api.call(one)).to.have.property("kind", "Service");
    double.cutAll();
    await eventually(() => double.sockets.size === 0);
    expect(await api.call(one)).to.have.property("kind", "Service");
  });

  it("API-10 etcd's time-outs are uncertain", async () => {
    double.script = () => ({ status: 500, body: status(500, "", "etcdserver: request timed out") });
    const error = await errorOf(api.call(write));
    expect(error).to.include({
      status: 500,
      message: `PATCH ${one.path}: etcdserver: request timed out`,
      isUncertain: true,
      remedy: "wait",
    });
    expect(double.count("PATCH")).to.equal(1);
  });

  it("API-14 a token that rotates, the old one being invalid at once: no call fails", async () => {
    const tokenFile = join(await folder(), "token");
    await writeFile(tokenFile, "token-0\n");
    const rotating = await connected(double, clock, { tokenFile });
    let valid = "token-0";
    double.script = ({ headers }) => (headers.authorization === `Bearer ${valid}` ? undefined : { status: 401 });
    for (let turn = 1; turn <= 10; turn++) {
      valid = `token-${turn}`;
      await writeFile(tokenFile, `${valid}\n`);
      await Promise.all([rotating.call(one), rotating.call(one), rotating.call(one)]);
    }
    await writeFile(tokenFile, "token-11");
    clock.advance(30_000);
    valid = "token-11";
    const before = double.received.length;
    await rotating.call(one);
    expect(double.received.length - before, "read again before it is refused").to.equal(1);
  });

  it("API-14 a plugin is asked again when its token is refused, and only once", async () => {
    const credential = join(await folder(), "credential.json");
    const issue = (token: string) =>
      writeFile(
        credential,
        JSON.stringify({ kind: "ExecCredential", status: { token, expirationTimestamp: "2999-01-01T00:00:00Z" } }),
      );
    await issue("plugin-1");
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "cat", args: [credential] };
    const plugged = await connected(double, clock, { exec });
    double.script = ({ headers }) => (headers.authorization === "Bearer plugin-2" ? undefined : { status: 401 });
    expect(await errorOf(plugged.call(one))).to.include({ status: 401 });
    expect(double.received).to.have.length(2);
    await issue("plugin-2");
    expect(await plugged.call(one)).to.have.property("kind", "Service");
  });

  it("says why a kubeconfig cannot be used", async () => {
    const missing = await errorOf(connect({ kubeconfig: join(await folder(), "none") }));
    expect(missing).to.include({ status: 0, reason: "NoCredentials" });
    expect(missing.message).to.match(/^the kubeconfig cannot be used: ENOENT/);
    const plugin = { apiVersion: "client.authentication.k8s.io/v1", command: "/none", args: [] };
    expect((await errorOf(connect({ kubeconfig: await kubeconfig(double, { exec: plugin }) }))).message).to.match(
      /\/none/,
    );
  });

  it("knows whether there is a configuration", () => {
    const { KUBECONFIG, HOME, KUBERNETES_SERVICE_HOST } = process.env;
    try {
      process.env["KUBECONFIG"] = "config";
      expect(hasConfig()).to.equal(true);
      delete process.env["KUBECONFIG"];
      delete process.env["KUBERNETES_SERVICE_HOST"];
      process.env["HOME"] = "/none";
      expect(hasConfig()).to.equal(false);
    } finally {
      for (const [name, value] of Object.entries({ KUBECONFIG, HOME, KUBERNETES_SERVICE_HOST })) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });

  it("does not take half an answer, or none of JSON, for one", async () => {
    double.script = () => ({ status: 200, body: '{"kind":', headers: {} });
    expect((await errorOf(api.call(one))).reason).to.equal("Malformed");
    double.script = () => ({ status: 502, body: "<html>" });
    expect(await errorOf(api.call(one))).to.include({ status: 502, reason: "HTTP502" });
    await double.stop();
    expect(await errorOf(api.call(one))).to.include({ status: 0, reason: "Unreachable" });
  });
});
