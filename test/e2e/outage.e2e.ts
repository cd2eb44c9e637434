import { expect } from "chai";
import { place } from "../../src/install/place.ts";
import { asInteger, asObject, asText, at, own } from "../../src/model/json.ts";
import { type KubeObject, nameOf } from "../../src/model/world.ts";
import { apiServerIsReady } from "./bed/control-plane.ts";
import type { Running } from "./bed/processes.ts";
import { momentIn } from "./moments.ts";
import { say } from "./rig.ts";
import { Scene } from "./scene.ts";
import { application, onStand, weightsIn } from "./stand.ts";

const split = { "reviews-v1": 90, "reviews-v2": 10 };
const pauseLabel = "controller.core.oam.dev/pause";

describe("when something is gone in mid-rollout", function () {
  this.timeout(180_000);
  const stand = onStand("3s", ["outage-leader", "outage-server", "outage-memory"]);
  let standby: Running | undefined;

  const kubectl = (...args: string[]) => stand.bed.mustKubectl(args);
  async function lease(): Promise<{ readonly holder: string; readonly acquired: number; readonly renewed: number }> {
    const text = await kubectl("-n", place.namespace, "get", "lease", place.lease, "-o", "json");
    const spec = own(JSON.parse(text), "spec");
    const time = (member: string) => Date.parse(asText(own(spec, member)) ?? "");
    return {
      holder: asText(own(spec, "holderIdentity")) ?? "",
      acquired: time("acquireTime"),
      renewed: time("renewTime"),
    };
  }
  const wantsCanary = (scene: Scene) =>
    stand.history.until("the canary pod comes up", (now) => momentIn(now, scene.namespace).pods["reviews-v2"] === 1);
  async function begun(namespace: string): Promise<Scene> {
    const scene = new Scene(stand, namespace);
    await scene.begin();
    return scene;
  }
  async function endsWell(scene: Scene): Promise<void> {
    expect(weightsIn(stand.history.now, scene.namespace)).to.deep.equal(split);
    await scene.resume();
    await scene.untilAlone("reviews-v2");
  }

  afterEach(async () => {
    await standby?.stop();
    standby = undefined;
    if (stand.rollguard.process.hasEnded) await stand.rollguard.restart();
  });

  it("a standby goes on for a leader that was killed, after the time of the Lease, and gives it back", async () => {
    const scene = await begun("outage-leader");
    standby = await stand.rollguard.standby();
    const before = await lease();
    await scene.canary();
    await wantsCanary(scene);
    stand.rollguard.process.kill("SIGKILL");
    await scene.untilPause();
    const after = await lease();
    expect(after.holder).not.to.equal(before.holder);
    const seconds = (after.acquired - before.renewed) / 1_000;
    say(`the standby led ${seconds.toFixed(1)} s after the leader was heard of`);
    // 15 s of the Lease, and two times the 2 s after which each of them looks.
    expect(seconds).to.be.within(15, 30);
    await stand.rollguard.restart();
    await standby.stop(10_000);
    await endsWell(scene);
  });

  it("the API server, which is started anew", async () => {
    const scene = await begun("outage-server");
    const { namespace } = scene;
    // Nothing else is stored meanwhile.
    await stand.bed.behave({ namespace, revision: "reviews-v2", readyAfter: "never" });
    await scene.canary();
    await wantsCanary(scene);
    const { servers, network, certificates } = stand.bed;
    await servers.apiServer.restart();
    await servers.apiServer.ready(() => apiServerIsReady(network, certificates.ca));
    await stand.bed.behave({ namespace, revision: "reviews-v2", readyAfter: 200 });
    await scene.untilPause();
    await stand.rollguard.untilServing();
    await endsWell(scene);
  });

  it("everything that Rollguard remembers, at the pause: the same pods, routes and pause come of it", async () => {
    const scene = await begun("outage-memory");
    const { namespace } = scene;
    await scene.canary();
    await scene.untilPause();
    await scene.untilQuiet(2_000);
    const now = () => stand.history.now;
    const rollout = () => at(now().get("ComponentRollout", namespace, "reviews"), "status");
    /** Nothing but the record knows the size that was reached last; without it a batch counts from the pods there are. */
    const recorded = () => ({ ...asObject(rollout()), size: undefined });
    /** What a rollout that begins anew would change: pods, and the specs of what is derived. */
    const standing = () => ({
      pods: now()
        .in(namespace, "Pod")
        .filter((pod) => at(pod, "metadata", "deletionTimestamp") === undefined)
        .map((pod) => at(pod, "metadata", "uid")),
      generations: now()
        .in(namespace, "Deployment", "VirtualService", "DestinationRule")
        .map((object) => [`${object["kind"]} ${nameOf(object)}`, generationOf(object)]),
      rollout: recorded(),
    });
    const before = standing();
    await kubectl("-n", namespace, "label", "application", "book-info", `${pauseLabel}=true`);
    await kubectl("-n", namespace, "delete", "componentrollouts,applicationrevisions", "--all");
    await kubectl("delete", "resourcetrackers", "-l", `app.oam.dev/namespace=${namespace}`);
    const nothing = ["--subresource=status", "--type=merge", "-p", JSON.stringify({ status: null })];
    await kubectl("-n", namespace, "patch", "application", "book-info", ...nothing);
    await stand.rollguard.restart();
    expect(rollout()).to.equal(undefined);
    expect(at(application(now(), namespace), "status")).to.equal(undefined);
    await kubectl("-n", namespace, "label", "application", "book-info", `${pauseLabel}-`);
    await scene.untilPause();
    await stand.history.until("its rollout is recorded", () => rollout() !== undefined);
    await scene.untilQuiet(2_000);
    expect(standing()).to.deep.equal(before);
    const tracked = await kubectl("get", "resourcetrackers", "-l", `app.oam.dev/namespace=${namespace}`, "-o", "name");
    expect(tracked.trim().split("\n")).to.have.length(1);
    await endsWell(scene);
  });
});

const generationOf = (object: KubeObject): number | undefined => asInteger(at(object, "metadata", "generation"));
