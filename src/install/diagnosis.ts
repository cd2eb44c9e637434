import { asList, asText, at } from "../model/json.ts";
import { names } from "../model/names.ts";
import { type Platform, platformFaults } from "../model/platform.ts";
import type { KubeObject } from "../model/world.ts";

/** How a part of an installation is; unknown where it may not be read. */
export interface Finding {
  readonly check: string;
  readonly state: "ok" | "warning" | "failed" | "unknown";
  readonly message: string;
}

type Judged = Omit<Finding, "check">;
const ok = (message: string): Judged => ({ state: "ok", message });
const warning = (message: string): Judged => ({ state: "warning", message });
const failed = (message: string): Judged => ({ state: "failed", message });

export function judgeKubernetes({ kubernetes }: Platform): Judged {
  const [fault] = platformFaults({ kubernetes, istio: [] });
  return fault === undefined ? ok(kubernetes) : failed(fault);
}

export function judgeIstio({ istio }: Platform): Judged {
  const [fault] = platformFaults({ kubernetes: "", istio });
  if (fault !== undefined) return failed(fault);
  return istio.length === 0
    ? warning("is not installed, an Application that splits or receives traffic is refused")
    : ok(`networking.istio.io is served as ${istio.join(", ")}`);
}

/** The kinds that the controller writes, and the vela CLI asks for. */
export const neededKinds: Readonly<Record<string, { readonly base: string; readonly plurals: readonly string[] }>> = {
  "core.oam.dev/v1beta1": {
    base: "manifests/kubevela",
    plurals: ["applications", "applicationrevisions", "resourcetrackers"],
  },
  "rollguard.dev/v1alpha1": { base: "manifests/install", plurals: ["componentrollouts"] },
};

/** The plurals that are served, by group and version. */
export function judgeKinds(served: Readonly<Record<string, readonly string[]>>): Judged {
  const missing = Object.entries(neededKinds).flatMap(([version, { base, plurals }]) =>
    plurals
      .filter((plural) => !served[version]?.includes(plural))
      .map((plural) => `${plural} of ${version} are not served: kubectl apply -k ${base}`),
  );
  return missing.length === 0 ? ok("all are served") : failed(missing.join("; "));
}

/** The configurations of the webhooks, as far as they are there. */
export function judgeWebhooks(configurations: readonly KubeObject[]): Judged {
  if (configurations.length < 2) return failed("are not installed: kubectl apply -k manifests/install");
  const isTrusted = configurations.every((configuration) =>
    asList(at(configuration, "webhooks")).every((webhook) => asText(at(webhook, "clientConfig", "caBundle"))),
  );
  return isTrusted
    ? ok("are installed, and trust a certificate authority")
    : failed("have no certificate authority yet: the first replica that runs fills it in");
}

export const holderOf = (lease: KubeObject | undefined): string => asText(at(lease, "spec", "holderIdentity")) ?? "";

/** What changes with every renewal. */
export const renewalOf = (lease: KubeObject | undefined): string =>
  `${holderOf(lease)} ${asText(at(lease, "spec", "renewTime")) ?? ""}`;

/** Whether somebody rolls out: whoever renews the Lease while one looks. Clocks of others are not to be trusted. */
export function judgeController(
  before: KubeObject | undefined,
  after: KubeObject | undefined,
  isVelaCoreHere: boolean,
): Judged {
  const holder = holderOf(after);
  if (holder !== "" && renewalOf(before) !== renewalOf(after)) return ok(`${holder} leads`);
  const message = "nobody leads: no replica runs, or each runs with --controller off, or says in its log why not";
  return isVelaCoreHere ? warning(message) : failed(message);
}

export const judgeVelaCore = (isHere: boolean): Judged =>
  isHere
    ? warning(`runs here: Rollguard acts only with the annotation ${names.controllerRequirement}: ${names.controller}`)
    : ok("does not run here");
