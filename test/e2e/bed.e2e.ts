import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { type Bed, startBed } from "./bed/bed.ts";
import { findBinaries } from "./bed/binaries.ts";
import { untilRouted } from "./bed/proxies.ts";
import { commandLines } from "./command-lines.ts";

const say = (line: string): void => {
  process.stdout.write(`      ${line}\n`);
};

const namespace = "bed-test";

const revision = (version: string, replicas: number) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: `reviews-${version}`, namespace },
  spec: {
    replicas,
    selector: { matchLabels: { app: "reviews", "app.oam.dev/revision": `reviews-${version}` } },
    template: {
      metadata: { labels: { app: "reviews", "app.oam.dev/revision": `reviews-${version}` } },
      spec: {
        terminationGracePeriodSeconds: 10,
        containers: [
          {
            name: "reviews",
            image: `reviews:${version}`,
            ports: [{ containerPort: 9080 }],
            lifecycle: { preStop: { sleep: { seconds: 2 } } },
          },
        ],
      },
    },
  },
});

const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "reviews", namespace },
  spec: { selector: { app: "reviews" }, ports: [{ name: "http", port: 9080, targetPort: 9080 }] },
};

const host = `reviews.${namespace}.svc.cluster.local`;
const istio = (kind: string, name: string, spec: object) => ({
  apiVersion: "networking.istio.io/v1",
  kind,
  metadata: { name, namespace },
  spec,
});

const routes = (first: number) => {
  const weighted = [
    { destination: { host, subset: "v1" }, weight: first },
    { destination: { host, subset: "v2" }, weight: 100 - first },
  ];
  return [
    istio("VirtualService", "reviews", { hosts: [host], http: [{ route: weighted }] }),
    istio("VirtualService", "reviews-gateway", {
      hosts: ["*"],
      gateways: ["front"],
      http: [{ match: [{ uri: { prefix: "/reviews" } }], route: weighted }],
    }),
  ];
};

const subset = (version: string) => ({ name: version, labels: { "app.oam.dev/revision": `reviews-${version}` } });
const mesh = [
  istio("DestinationRule", "reviews", { host, subsets: [subset("v1"), subset("v2")] }),
  istio("Gateway", "front", {
    selector: { istio: "ingressgateway" },
    servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["*"] }],
  }),
];

/** Waits until so many pods of v1 are left, those that are about to go included. */
async function untilPods(bed: Bed, count: number): Promise<void> {
  const selector = ["-l", "app.oam.dev/revision=reviews-v1"];
  for (;;) {
    const names = await bed.mustKubectl(["-n", namespace, "get", "pods", ...selector, "-o", "name"]);
    if (names.trim().split("\n").length === count) return;
    await sleep(200);
  }
}

describe("the test bed", function () {
  this.timeout(120_000);
  let bed: Bed;

  before(async function () {
    this.timeout(0);
    await findBinaries(say);
    const start = Date.now();
    bed = await startBed({ progress: say, auditUsers: ["dev"] });
    say(`up in ${Date.now() - start} ms`);
    expect(Date.now() - start).to.be.below(30_000);
  });
  after(() => bed?.stop());

  it("makes a Deployment of two pods available", async () => {
    await bed.mustKubectl(["create", "namespace", namespace]);
    await bed.apply(service, revision("v1", 2), revision("v2", 1));
    await bed.mustKubectl(["-n", namespace, "wait", "--for=condition=Available", "deployment", "--all"]);
  });

  it("has room for a pod at the port that the gateway listens on", async () => {
    await bed.apply(...mesh);
    const gateway = `http://${bed.addresses.gateway}/`;
    while ((await bed.ask(gateway).catch(() => ({ status: 0 }))).status === 0) await sleep(100);
    const front = revision("front", 1);
    const [container] = front.spec.template.spec.containers;
    if (!container) throw new Error("it has a container");
    container.ports = [{ containerPort: 80 }];
    await bed.apply(front);
    await bed.mustKubectl(["-n", namespace, "wait", "--for=condition=Available", "deployment/reviews-front"]);
    expect((await bed.ask(gateway)).status).to.equal(404);
    await bed.mustKubectl(["-n", namespace, "delete", "deployment", "reviews-front"]);
  });

  it("runs the vela command line", async () => {
    const { code, stdout, stderr } = await bed.vela(["ls", "-n", namespace]);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.contain("APP");
  });

  it("refuses a user without rights", async () => {
    const { code, stderr } = await bed.kubectl(["get", "pods", "-n", namespace], { as: "dev" });
    expect(code).to.equal(1);
    expect(stderr).to.contain("Forbidden");
  });

  it("lets Istio refuse what it does not accept", async () => {
    const wrong = istio("VirtualService", "wrong", {
      hosts: [host],
      http: [{ route: [{ destination: { host }, weight: -5 }] }],
    });
    const { code, stderr } = await bed.kubectl(["apply", "-f", "-"], { input: JSON.stringify(wrong) });
    expect(code).to.equal(1);
    expect(stderr).to.contain("validation.istio.io");
  });

  it("splits traffic 90 to 10 through the gateway and in the mesh", async () => {
    await bed.apply(...mesh, ...routes(90));
    await untilRouted(bed, host, { v1: 90, v2: 10 });
    const loads = [
      bed.loadGateway("shop.example", { path: "/reviews", rate: 400, seconds: 10 }),
      bed.loadMesh(host, 9080, { rate: 400, seconds: 10 }),
    ];
    for (const report of await Promise.all(loads.map((load) => load.report()))) {
      say(JSON.stringify(report.counts));
      expect(report.failures).to.deep.equal({});
      expect(report.answered).to.equal(4000);
      expect(report.deviation("reviews-v1", 90)).to.be.below(4);
    }
  });

  it("loses nothing when pods with a preStop sleep go", async () => {
    const load = bed.loadMesh(host, 9080, { rate: 200 });
    await bed.mustKubectl(["-n", namespace, "scale", "deployment/reviews-v1", "--replicas=1"]);
    await untilPods(bed, 1);
    expect((await load.stop()).failures).to.deep.equal({});
  });

  it("sees it when pods fail", async () => {
    await bed.behave({ namespace, revision: "reviews-v2", fail: 1 });
    const report = await bed.loadMesh(host, 9080, { rate: 200, seconds: 2 }).report();
    expect(Object.keys(report.failures)).to.deep.equal(["500 reviews-v2"]);
  });

  it("ends every process", async () => {
    const ofBed = () => commandLines().filter((line) => line.includes(bed.folder));
    expect(ofBed()).to.have.length.above(Object.keys(bed.servers).length - 2);
    await bed.stop();
    expect(ofBed()).to.deep.equal([]);
  });
});
