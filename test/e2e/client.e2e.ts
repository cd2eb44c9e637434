import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { AccessReviews } from "../../src/cluster/access.ts";
import { type Api, ApiError } from "../../src/cluster/api.ts";
import { connect } from "../../src/cluster/client.ts";
import { Events } from "../../src/cluster/events.ts";
import { listNow } from "../../src/cluster/list.ts";
import { resources } from "../../src/cluster/resources.ts";
import { apply, change, create, read, remove, replace, replaceStatus } from "../../src/cluster/writes.ts";
import { asList, at, type JsonObject, own } from "../../src/model/json.ts";
import type { KubeObject } from "../../src/model/world.ts";
import { PlayClock } from "../cluster/play-clock.ts";
import { example } from "../support/cases.ts";
import type { Bed } from "./bed/bed.ts";
import type { Outlet } from "./bed/outlet.ts";
import { bedOfTest, configFor } from "./rig.ts";

const namespace = "client-test";
const service = (name: string, spec: JsonObject = { ports: [{ port: 80 }] }): KubeObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace },
  spec,
});

async function failure(call: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await call.then(
    () => new Error("it succeeded"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiError)) throw error;
  return error;
}

describe("the client, on a real API server", function () {
  this.timeout(60_000);
  let bed: Bed;
  let outlet: Outlet;
  let api: Api;
  let folder: string;
  const services = resources.Service;
  const token = async (account: string): Promise<string> =>
    (await bed.mustKubectl(["-n", namespace, "create", "token", account])).trim();

  before(async function () {
    this.timeout(0);
    bed = await bedOfTest();
    outlet = await bed.apiOutlet();
    folder = mkdtempSync(join(tmpdir(), "rollguard-client-"));
    api = await connect({ kubeconfig: configFor(bed, outlet, folder) });
    await bed.mustKubectl(["create", "namespace", namespace]);
  });
  after(async () => {
    api?.close();
    await bed?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  describe("connections and credentials", () => {
    it("makes 200 calls over one connection, and with many at a time over 8", async () => {
      const before = outlet.connections;
      for (let i = 0; i < 200; i++) await read(api, services, "default", "kubernetes");
      expect(outlet.connections - before).to.be.at.most(1);
      await Promise.all(Array.from({ length: 400 }, () => read(api, services, "default", "kubernetes")));
      expect(outlet.connections - before).to.be.at.most(8);
    });

    it("follows a token that rotates, the old one being invalid at once", async () => {
      const tokenFile = join(folder, "token");
      const renew = async (): Promise<void> => {
        await bed.kubectl(["-n", namespace, "delete", "serviceaccount", "robot"]);
        await bed.mustKubectl(["-n", namespace, "create", "serviceaccount", "robot"]);
        writeFileSync(tokenFile, `${await token("robot")}\n`);
      };
      await renew();
      const robot = await connect({ kubeconfig: configFor(bed, outlet, folder, { tokenFile }) });
      for (let turn = 0; turn < 3; turn++) {
        const error = await failure(read(robot, services, "default", "kubernetes"));
        expect(error, error.message).to.include({ status: 403, reason: "Forbidden", remedy: "change" });
        expect(error.message).to.match(
          /^GET \/api\/v1\/namespaces\/default\/services\/kubernetes: services "kubernetes" is forbidden: User "system:serviceaccount:client-test:robot" cannot get/,
        );
        await renew();
      }
      robot.close();
    });

    it("asks a plugin for the token, and again where it is refused", async () => {
      const plugin = join(folder, "plugin.sh");
      const answer = join(folder, "answer.json");
      const say = (token: string) =>
        writeFileSync(
          answer,
          JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status: { token } }),
        );
      writeFileSync(plugin, `#!/bin/sh\ncat ${answer}\n`);
      chmodSync(plugin, 0o755);
      const exec = { apiVersion: "client.authentication.k8s.io/v1", command: plugin, interactiveMode: "Never" };
      say("nobody");
      const plugged = await connect({ kubeconfig: configFor(bed, outlet, folder, { exec }) });
      expect(await failure(read(plugged, services, "default", "kubernetes"))).to.include({ status: 401 });
      say("admin-token");
      expect(await read(plugged, services, "default", "kubernetes")).to.have.property("kind", "Service");
      plugged.close();
    });

    it("is its service account in a pod", async () => {
      await bed.mustKubectl(["-n", namespace, "create", "serviceaccount", "pod"]);
      const files = { token: await token("pod"), namespace, "ca.crt": bed.certificates.ca };
      const client = new URL("../../src/cluster/client.js", import.meta.url).href;
      const program = `
        const { connect } = await import(${JSON.stringify(client)});
        const api = await connect();
        const error = await api.call({ path: "/api/v1/services" }).catch((error) => error);
        process.stdout.write(api.namespace + " " + error.message);
        api.close();
      `;
      // A mount namespace, in which the folder of a pod's account can be made.
      const mount = "mount -t tmpfs none /run && mkdir -p $DIR && cp $FILES/* $DIR && exec node --input-type=module";
      const account = mkdtempSync(join(folder, "pod-"));
      for (const [name, text] of Object.entries(files)) writeFileSync(join(account, name), text);
      const environment = [
        "HOME=/none",
        `FILES=${account}`,
        "DIR=/var/run/secrets/kubernetes.io/serviceaccount",
        `KUBERNETES_SERVICE_HOST=${bed.addresses.apiServer}`,
        `KUBERNETES_SERVICE_PORT=${bed.ports.apiServer}`,
      ];
      const command = ["env", "-u", "KUBECONFIG", ...environment];
      const { stdout, stderr } = await bed.run([...command, "unshare", "-m", "sh", "-c", mount], { input: program });
      expect(stdout, stderr).to.match(/^client-test .*User "system:serviceaccount:client-test:pod" cannot list/);
    });

    it("does not trust a server of another CA, and says so", async () => {
      const other = configFor(bed, outlet, folder, undefined, { "certificate-authority-data": "" });
      const stranger = await connect({ kubeconfig: other });
      const error = await failure(read(stranger, services, "default", "kubernetes"));
      expect(error).to.include({ status: 0, reason: "Unreachable" });
      expect(error.message).to.match(/certificate/);
      stranger.close();
    });

    it("ends a call that the server does not answer", async () => {
      bed.servers.apiServer.kill("SIGSTOP");
      try {
        const start = performance.now();
        const error = await failure(api.call({ path: "/api/v1/services", deadline: 500 }));
        expect(performance.now() - start).to.be.within(490, 1500);
        expect(error.message).to.equal("GET /api/v1/services: no answer within 0.5 s");
        expect(error).to.include({ isUncertain: true, remedy: "wait" });
      } finally {
        bed.servers.apiServer.kill("SIGCONT");
      }
    });
  });

  describe("writes", () => {
    it("apply makes what is absent, and never takes what somebody made in between", async () => {
      const theirs = await create(api, service("taken", { ports: [{ port: 81 }] }));
      const error = await failure(apply(api, service("taken"), undefined));
      expect(error).to.include({ status: 409, isConflict: true, remedy: "observe" });
      expect(await read(api, services, namespace, "taken")).to.deep.equal(theirs);
      const made = await apply(api, service("ours"), undefined);
      expect(
        asList(at(made, "metadata", "managedFields")).map((field) => [own(field, "manager"), own(field, "operation")]),
      ).to.deep.equal([["rollguard", "Apply"]]);
    });

    it("apply changes what was seen, takes back what it no longer states, and leaves alone what others added", async () => {
      const made = await apply(
        api,
        service("shared", { ports: [{ port: 80 }], externalName: "a.example", type: "ClusterIP" }),
        undefined,
      );
      await bed.mustKubectl(["-n", namespace, "annotate", "service/shared", "theirs=1"]);
      expect(await failure(apply(api, service("shared"), made))).to.include({ isConflict: true });
      const seen = await read(api, services, namespace, "shared");
      const stored = await apply(api, service("shared", { ports: [{ port: 80 }] }), seen);
      expect(at(stored, "metadata", "annotations", "theirs")).to.equal("1");
      expect(at(stored, "spec")).not.to.have.property("externalName");
      expect(
        at(await apply(api, service("shared", { ports: [{ port: 80 }] }), stored), "metadata", "resourceVersion"),
      ).to.equal(at(stored, "metadata", "resourceVersion"));
    });

    it("apply does not bring back what has gone, nor touch what was made anew", async () => {
      const made = await apply(api, service("gone"), undefined);
      await remove(api, made);
      expect(await failure(apply(api, service("gone"), made))).to.include({ status: 409 });
      await apply(api, service("gone"), undefined);
      expect((await failure(apply(api, service("gone"), made))).remedy).to.equal("observe");
    });

    it("remove takes the object that was seen, and none that has its name since", async () => {
      const first = await apply(api, service("named"), undefined);
      await remove(api, first);
      await remove(api, first);
      const second = await apply(api, service("named"), undefined);
      expect(await failure(remove(api, first))).to.include({ isConflict: true });
      expect(await read(api, services, namespace, "named")).to.deep.equal(second);
    });

    it("remove leaves what somebody has written since it was seen", async () => {
      const seen = await apply(api, service("written"), undefined);
      const now = await change(api, seen, { metadata: { labels: { still: "needed" } } });
      expect(await failure(remove(api, seen))).to.include({ isConflict: true, remedy: "observe" });
      expect(await read(api, services, namespace, "written")).to.deep.equal(now);
      await remove(api, now);
      expect(await read(api, services, namespace, "written")).to.equal(undefined);
    });

    it("a status never overwrites a command that landed in between", async () => {
      const app = { ...example("bookinfo"), metadata: { name: "story", namespace } };
      const observed = await apply(api, app, undefined);
      const suspended = await replaceStatus(api, {
        ...observed,
        status: { status: "workflowSuspending", workflow: workflow(true) },
      });
      await change(api, suspended, { status: { workflow: { suspend: false } } }, { subResource: "status" });
      const late = replaceStatus(api, {
        ...suspended,
        status: { status: "workflowSuspending", workflow: workflow(true) },
      });
      expect(await failure(late)).to.include({ isConflict: true, remedy: "observe" });
      const now = await read(api, resources.Application, namespace, "story");
      expect([at(now, "status", "workflow", "suspend"), at(now, "status", "status")]).to.deep.equal([
        false,
        "workflowSuspending",
      ]);
      expect(at(now, "spec")).to.deep.equal(at(observed, "spec"));
    });

    it("replace is for the latest revision only", async () => {
      const lease = {
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { name: "leader", namespace },
        spec: { holderIdentity: "a" },
      };
      const held = await create(api, lease, { isUrgent: true });
      const renewed = await replace(api, { ...held, spec: { holderIdentity: "b" } }, { isUrgent: true });
      expect(at(renewed, "spec", "holderIdentity")).to.equal("b");
      expect(await failure(replace(api, { ...held, spec: { holderIdentity: "c" } }))).to.include({ isConflict: true });
      expect(await failure(create(api, lease))).to.include({ status: 409, reason: "AlreadyExists" });
    });

    it("says what helps: to change something, or to wait", async () => {
      const invalid = await failure(apply(api, service("wrong", { ports: [{ port: 0 }] }), undefined));
      expect(invalid).to.include({ status: 422, reason: "Invalid", remedy: "change" });
      const untyped = await failure(
        apply(api, service("wrong", { selector: { app: { inner: "SECRET" } } }), undefined),
      );
      expect(untyped.message, untyped.message).not.to.contain("SECRET");
      const nowhere = { ...service("x"), metadata: { name: "x", namespace: "none" } };
      expect(await failure(apply(api, nowhere, undefined))).to.include({ status: 404, remedy: "change" });
      bed.servers.istiod.kill("SIGSTOP");
      const route = {
        apiVersion: "networking.istio.io/v1",
        kind: "VirtualService",
        metadata: { name: "route", namespace },
        spec: { hosts: ["a"], http: [{ route: [{ destination: { host: "a" } }] }] },
      };
      const refused = await failure(apply(api, route, undefined, { deadline: 15_000 })).finally(() =>
        bed.servers.istiod.kill("SIGCONT"),
      );
      expect(refused, refused.message).to.include({ remedy: "wait" });
    });
  });

  it("tells the same once, and counts the rest", async () => {
    const clock = new PlayClock();
    const faults: unknown[] = [];
    const events = new Events({ api, clock, instance: "bed", onFault: (error) => faults.push(error) });
    const regarding = await apply(api, service("told"), undefined);
    const telling = {
      regarding,
      type: "Warning",
      reason: "RolloutStalled",
      action: "Wait",
      note: "no pod of v2 is ready",
    } as const;
    for (let i = 0; i < 1000; i++) events.tell(telling);
    clock.advance(60_000);
    for (let i = 0; i < 5; i++) events.tell(telling);
    await events.close();
    expect(faults).to.deep.equal([]);
    const told = (await listNow({ api, resource: resources.Event, namespace })).filter(
      (event) => at(event, "regarding", "name") === "told",
    );
    expect(told).to.have.length(1);
    expect(at(told[0], "series", "count")).to.equal(1005);
    const printed = await bed.mustKubectl(["-n", namespace, "events", "--for", "service/told"]);
    expect(printed).to.match(/Warning +RolloutStalled +Service\/told +no pod of v2 is ready/);
  });

  it("asks whether a requester may do what an Application implies", async () => {
    const clock = new PlayClock();
    const reviews = new AccessReviews(api, clock);
    const app = { ...example("bookinfo-canary"), metadata: { name: "story", namespace } };
    const dev = { username: "dev", groups: ["team", "system:authenticated"] };
    const before = await reviews.review(app, dev);
    expect(before.allowed).to.equal(false);
    expect(before.denied).to.include.members([
      "create deployments.apps",
      "patch virtualservices.networking.istio.io",
      "create services",
    ]);
    const kinds =
      "deployments.apps,services,gateways.networking.istio.io,virtualservices.networking.istio.io,destinationrules.networking.istio.io";
    await bed.mustKubectl([
      "-n",
      namespace,
      "create",
      "role",
      "developer",
      "--verb=create,patch",
      `--resource=${kinds}`,
    ]);
    await bed.mustKubectl(["-n", namespace, "create", "rolebinding", "developer", "--role=developer", "--group=team"]);
    expect((await reviews.review(app, dev)).allowed, "for ten seconds it is remembered").to.equal(false);
    clock.advance(10_000);
    // The authorizer of the API server has a cache of its own, which follows within milliseconds.
    let after = await reviews.review(app, dev);
    for (let tries = 0; !after.allowed && tries < 20; tries++) {
      clock.advance(10_000);
      after = await reviews.review(app, dev);
    }
    expect(after).to.deep.equal({ allowed: true, denied: [] });
  });
});

const workflow = (suspend: boolean): JsonObject => ({
  mode: "StepByStep-DAG",
  status: "suspending",
  suspend,
  terminated: false,
  finished: false,
  startTime: "2026-01-01T00:00:00Z",
});
