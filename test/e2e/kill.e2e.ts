import { expect } from "chai";
import { place } from "../../src/install/place.ts";
import { type KubeObject, nameOf } from "../../src/model/world.ts";
import { momentIn, type Phase, phases } from "./moments.ts";
import { namespaceIn, type Stored } from "./replay.ts";
import { say } from "./rig.ts";
import { Scene } from "./scene.ts";
import { onStand } from "./stand.ts";

const kinds = [
  "applications.core.oam.dev",
  "applicationrevisions.core.oam.dev",
  "componentrollouts.rollguard.dev",
  "controllerrevisions.apps",
  "deployments.apps",
  "services",
  "virtualservices.networking.istio.io",
  "destinationrules.networking.istio.io",
  "gateways.networking.istio.io",
];
/** What depends on when somebody looked, on who wrote it, on the cluster, or on the name of the namespace, which is in hashes. */
const passing =
  /^((.*\/)?uid|resourceVersion|generation|observedGeneration|managedFields|clusterIPs?|.*(Time|Timestamp|[Hh]ash)|.*last-applied-configuration|rollguard\.dev\/stable-since)$/;
const isPassing = (kind: unknown, key: string): boolean =>
  passing.test(key) || (key === "status" && ["Deployment", "Service"].includes(String(kind)));

const timeless = (object: KubeObject, namespace: string): unknown =>
  JSON.parse(JSON.stringify(object).replaceAll(namespace, "NAMESPACE"), (key, value) =>
    isPassing(object["kind"], key) ? undefined : value,
  );

/** What only a leader writes. */
const isOurs =
  (namespace: string) =>
  ({ kind, object }: Stored): boolean =>
    ["ComponentRollout", "VirtualService", "DestinationRule"].includes(kind) && namespaceIn(object) === namespace;

describe("the controller is killed", function () {
  this.timeout(600_000);
  const stand = onStand("3s", ["kill-onwards", "kill-onwards-not", "kill-back", "kill-back-not"]);

  /** Everything of an Application that is stored in the end. */
  async function endOf(namespace: string): Promise<unknown[]> {
    const listed = async (...args: string[]): Promise<KubeObject[]> =>
      JSON.parse(await stand.bed.mustKubectl(["get", "-o", "json", ...args]))["items"];
    const own = await listed(kinds.join(), "-n", namespace);
    const trackers = await listed("resourcetrackers.core.oam.dev", "-l", `app.oam.dev/namespace=${namespace}`);
    expect(trackers).not.to.deep.equal([]);
    const key = (object: KubeObject) => `${String(object["kind"])}/${nameOf(object)}`;
    return [...own, ...trackers]
      .sort((a, b) => key(a).localeCompare(key(b)))
      .map((object) => timeless(object, namespace));
  }

  /** Another process takes over from one whose Lease is left: nothing of ours is stored until that has run out. */
  async function outlive(namespace: string): Promise<void> {
    const { spec } = JSON.parse(
      await stand.bed.mustKubectl(["-n", place.namespace, "get", "lease", place.lease, "-o", "json"]),
    );
    const end = Date.parse(spec.renewTime) + spec.leaseDurationSeconds * 1_000;
    const from = stand.history.stored.length;
    await stand.rollguard.restart();
    await stand.history.until("somebody leads again", () => stand.history.stored.slice(from).some(isOurs(namespace)));
    expect(stand.history.stored.slice(from).find(isOurs(namespace))?.at).to.be.at.least(end);
  }

  /**
   * In each moment of a phase of the story the process is killed, and another one started at once. At the end of the story its
   * Lease is left, so that for as long as that says nobody leads.
   */
  async function killIn(phase: Phase, namespace: string, begin: () => Promise<unknown>): Promise<void> {
    const begun = begin();
    const last = Object.keys(phases[phase]).at(-1);
    for (const [moment, isIt] of Object.entries(phases[phase])) {
      await stand.history.until(`${namespace}: ${moment}`, (now) => isIt(momentIn(now, namespace)));
      stand.rollguard.process.kill("SIGKILL");
      const { pods, weights, step } = momentIn(stand.history.now, namespace);
      say(`killed when ${moment}: ${JSON.stringify({ pods, weights, step })}`);
      await begun;
      const leavesLease = moment === last && (phase === "onwards" || phase === "back");
      await (leavesLease ? outlive(namespace) : stand.rollguard.succeed());
    }
  }

  /** The story up to one of its ends, with kills in some of its phases; what is stored then. */
  async function told(namespace: string, end: Phase, kills: readonly Phase[]): Promise<unknown[]> {
    const act = (phase: Phase, begin: () => Promise<unknown>) =>
      kills.includes(phase) ? killIn(phase, namespace, begin) : begin();
    const scene = new Scene(stand, namespace);
    await scene.prepare();
    await act("deploying", scene.deploy);
    await scene.untilAlone("reviews-v1");
    await act("to the canary", scene.canary);
    await scene.untilPause();
    await act(end, end === "onwards" ? scene.resume : scene.back);
    await scene.untilAlone(end === "onwards" ? "reviews-v2" : "reviews-v1");
    await scene.untilQuiet(4_000);
    return endOf(namespace);
  }

  const ends: readonly (readonly [end: Phase, kills: readonly Phase[]])[] = [
    ["onwards", ["deploying", "to the canary", "onwards"]],
    ["back", ["back"]],
  ];
  for (const [end, kills] of ends)
    it(`in every phase of the story ${end}, and the end is the same`, async () => {
      const expected = await told(`kill-${end}-not`, end, []);
      expect(await told(`kill-${end}`, end, kills)).to.deep.equal(expected);
    });
});
