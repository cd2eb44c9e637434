import { expect } from "chai";
import {
  judgeController,
  judgeIstio,
  judgeKinds,
  judgeKubernetes,
  judgeVelaCore,
  judgeWebhooks,
} from "../src/install/diagnosis.ts";
import type { JsonObject } from "../src/model/json.ts";
import { platformFaults } from "../src/model/platform.ts";

describe("a cluster", () => {
  const kubernetes: readonly [string, boolean][] = [
    ["v1.30.0", true],
    ["v1.36.3", true],
    ["v1.30.2-gke.1587003", true],
    ["v2.0.0", true],
    ["unknown", true],
    ["v1.29.14", false],
    ["v1.9.0", false],
    ["v1.29.8+k3s1", false],
  ];
  for (const [version, isSupported] of kubernetes)
    it(`of Kubernetes ${version} is ${isSupported ? "supported" : "too old"}`, () => {
      const faults = platformFaults({ kubernetes: version, istio: ["v1"] });
      const said = `Kubernetes is ${version}, 1.30 or newer is needed: pods sleep before they stop`;
      expect(faults).to.deep.equal(isSupported ? [] : [said]);
    });

  it("has an Istio that serves v1, or none", () => {
    const faults = (istio: readonly string[]) => platformFaults({ kubernetes: "v1.31.0", istio });
    expect([faults([]), faults(["v1", "v1beta1"])]).to.deep.equal([[], []]);
    expect(faults(["v1beta1", "v1alpha3"])).to.deep.equal([
      "networking.istio.io is served as v1beta1, v1alpha3, v1 is needed: Istio 1.22 or newer",
    ]);
  });
});

describe("doctor", () => {
  const configuration = (caBundle?: string): JsonObject => ({
    webhooks: [{ clientConfig: { service: {}, ...(caBundle === undefined ? {} : { caBundle }) } }],
  });
  const lease = (second: number, holderIdentity = "rollguard-0"): JsonObject => ({
    spec: { holderIdentity, renewTime: `2026-01-01T00:00:0${second}.000000Z`, leaseDurationSeconds: 15 },
  });
  const all = {
    "core.oam.dev/v1beta1": ["applications", "applications/status", "applicationrevisions", "resourcetrackers"],
    "rollguard.dev/v1alpha1": ["componentrollouts"],
  };
  const cases: readonly [string, { readonly state: string; readonly message: string }, string, RegExp][] = [
    ["a Kubernetes of today", judgeKubernetes({ kubernetes: "v1.36.3", istio: [] }), "ok", /^v1\.36\.3$/],
    ["an old one", judgeKubernetes({ kubernetes: "v1.29.0", istio: [] }), "failed", /1\.30 or newer/],
    ["an Istio of today", judgeIstio({ kubernetes: "v1.29.0", istio: ["v1", "v1beta1"] }), "ok", /v1, v1beta1/],
    ["an old one", judgeIstio({ kubernetes: "", istio: ["v1beta1"] }), "failed", /Istio 1\.22 or newer/],
    ["no Istio", judgeIstio({ kubernetes: "", istio: [] }), "warning", /is not installed/],
    ["all kinds", judgeKinds(all), "ok", /all are served/],
    [
      "a kind that is missing",
      judgeKinds({ ...all, "rollguard.dev/v1alpha1": [] }),
      "failed",
      /^componentrollouts of rollguard\.dev\/v1alpha1 are not served: kubectl apply -k manifests\/install$/,
    ],
    ["webhooks", judgeWebhooks([configuration("Q0E="), configuration("Q0E=")]), "ok", /are installed/],
    ["one webhook", judgeWebhooks([configuration("Q0E=")]), "failed", /kubectl apply -k manifests\/install/],
    ["webhooks that trust nobody", judgeWebhooks([configuration(), configuration("")]), "failed", /authority/],
    ["a leader that renews", judgeController(lease(1), lease(3), false), "ok", /^rollguard-0 leads$/],
    ["one that took over", judgeController(lease(1), lease(1, "rollguard-1"), false), "ok", /^rollguard-1 leads$/],
    ["a leader that was", judgeController(lease(1), lease(1), false), "failed", /nobody leads/],
    ["a Lease given back", judgeController(lease(1), lease(3, ""), false), "failed", /nobody leads/],
    ["no Lease", judgeController(undefined, undefined, false), "failed", /nobody leads/],
    ["no Lease beside vela-core", judgeController(undefined, undefined, true), "warning", /--controller off/],
    ["vela-core", judgeVelaCore(true), "warning", /controller-version-require: rollguard/],
    ["no vela-core", judgeVelaCore(false), "ok", /does not run here/],
  ];
  for (const [what, { state, message }, expected, says] of cases)
    it(`says ${expected} to ${what}`, () => {
      expect(state).to.equal(expected);
      expect(message).to.match(says);
    });
});
