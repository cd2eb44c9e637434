import { X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import { expect } from "chai";
import type { ResourceKind } from "../../src/cluster/resources.ts";
import { makeCertificates } from "../../src/install/make-certificates.ts";
import { place, serviceName } from "../../src/install/place.ts";
import { asText, at, type JsonObject } from "../../src/model/json.ts";
import { addresses } from "./bed/addresses.ts";
import type { Running } from "./bed/processes.ts";
import { momentIn } from "./moments.ts";
import { Scene } from "./scene.ts";
import { onStand, weightsIn } from "./stand.ts";

const pauseLabel = "controller.core.oam.dev/pause";
/** By kind, a field that Rollguard does not set. */
const foreign = {
  VirtualService: { exportTo: ["*"] },
  DestinationRule: { trafficPolicy: { connectionPool: { http: { http1MaxPendingRequests: 77 } } } },
  Service: { sessionAffinity: "ClientIP" },
  Deployment: { revisionHistoryLimit: 3 },
} as const satisfies Partial<Record<ResourceKind, JsonObject>>;
const mark = { labels: { team: "shop" }, annotations: { "example.com/owner": "shop" } };

describe("what people do by hand", function () {
  this.timeout(120_000);
  const stand = onStand("3s", ["hand-foreign", "hand-pause"]);
  let standby: Running | undefined;
  const kubectl = (...args: string[]) => stand.bed.mustKubectl(args);

  afterEach(async () => {
    await standby?.stop();
    standby = undefined;
  });

  it("is kept through a rollout, where it is no field of ours", async () => {
    const scene = new Scene(stand, "hand-foreign");
    const { namespace } = scene;
    await scene.begin();
    const nameOf = (kind: string) => (kind === "Deployment" ? "reviews-v1" : "reviews");
    for (const [kind, spec] of Object.entries(foreign)) {
      const patch = JSON.stringify({ metadata: mark, spec });
      await kubectl("-n", namespace, "patch", kind, nameOf(kind), "--type=merge", "-p", patch);
    }
    const kept = async (...kinds: (keyof typeof foreign)[]) => {
      for (const kind of kinds) {
        const object = JSON.parse(await kubectl("-n", namespace, "get", kind, nameOf(kind), "-o", "json"));
        expect(object["metadata"]["labels"], kind).to.include(mark.labels);
        expect(object["metadata"]["annotations"], kind).to.include(mark.annotations);
        for (const [field, value] of Object.entries(foreign[kind]))
          expect(at(object, "spec", field), kind).to.deep.equal(value);
      }
    };
    await scene.canary();
    await scene.untilPause();
    expect(weightsIn(stand.history.now, namespace)).to.deep.equal({ "reviews-v1": 90, "reviews-v2": 10 });
    await kept("VirtualService", "DestinationRule", "Service", "Deployment");
    await scene.resume();
    await scene.untilAlone("reviews-v2");
    await kept("VirtualService", "DestinationRule", "Service");
  });

  it("is left alone while the label pauses the Application, and goes on without it", async () => {
    const scene = new Scene(stand, "hand-pause");
    const { namespace } = scene;
    await scene.begin();
    await stand.bed.behave({ namespace, revision: "reviews-v2", readyAfter: "never" });
    await scene.canary();
    await stand.history.until("the canary pod comes up", (now) => momentIn(now, namespace).pods["reviews-v2"] === 1);
    await kubectl("-n", namespace, "label", "application", "book-info", `${pauseLabel}=true`);
    await scene.untilQuiet(1_000);
    const written = () =>
      stand.history.now
        .in(namespace, "Application", "ComponentRollout", "ControllerRevision", "VirtualService", "DestinationRule")
        .map((object) => [object["kind"], at(object, "metadata", "name"), at(object, "metadata", "resourceVersion")]);
    const before = written();
    await stand.bed.behave({ namespace, revision: "reviews-v2", readyAfter: 200 });
    await stand.history.until("the canary pod is ready", (now) =>
      JSON.stringify(now.get("Deployment", namespace, "reviews-v2")).includes('"readyReplicas":1'),
    );
    await scene.untilQuiet(2_000);
    expect(written()).to.deep.equal(before);
    await kubectl("-n", namespace, "label", "application", "book-info", `${pauseLabel}-`);
    await scene.untilPause();
    expect(weightsIn(stand.history.now, namespace)).to.deep.equal({ "reviews-v1": 90, "reviews-v2": 10 });
  });

  describe("with certificates that come to their end", () => {
    const secret = async (): Promise<(name: string) => string> => {
      const kept = JSON.parse(await kubectl("-n", place.namespace, "get", "secret", place.secret, "-o", "json"));
      return (name) => Buffer.from(asText(at(kept, "data", name)) ?? "", "base64").toString();
    };
    /** The serial number of what is served, to who trusts this authority alone. */
    const served = (ca: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const inner = stand.bed.network.connect(addresses.rollguard, place.webhookPort);
        const socket = connect({ socket: inner, servername: serviceName, ca }, () => {
          resolve(socket.getPeerX509Certificate()?.serialNumber ?? "");
          socket.destroy();
        });
        socket.on("error", reject);
      });

    it("has new ones, made by whoever starts, and the webhooks answer with either", async () => {
      const old = (await secret())("ca.crt");
      const { cert, key } = await makeCertificates({ names: [serviceName], days: 30 });
      const data = { "tls.crt": encoded(cert), "tls.key": encoded(key) };
      const patch = ["--type=merge", "-p", JSON.stringify({ data })];
      await kubectl("-n", place.namespace, "patch", "secret", place.secret, ...patch);
      standby = await stand.rollguard.standby();
      const renewed = await secret();
      const days = (Date.parse(new X509Certificate(renewed("tls.crt")).validTo) - Date.now()) / 86_400_000;
      expect(days).to.be.above(300);
      expect(renewed("ca.crt")).not.to.equal(old);
      // The first process has the old one still: nobody's Application is refused for that.
      await stand.rollguard.untilServing();
      await served(old);
      await stand.rollguard.restart();
      expect(await served(renewed("ca.crt"))).to.equal(new X509Certificate(renewed("tls.crt")).serialNumber);
    });
  });
});

const encoded = (text: string): string => Buffer.from(text).toString("base64");
