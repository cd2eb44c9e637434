import { type Application, readApplication } from "./application.ts";
import { names } from "./names.ts";
import type { KubeObject, World } from "./world.ts";

/** The webhook that every installation of vela-core registers (kubevela/kubevela: charts/vela-core). */
const velaWebhook = "validating.core.oam.dev.v1beta1.applications";

/** The Deployment of vela-core, as its chart names it. */
export const velaCore = { namespace: "vela-system", name: "kubevela-vela-core" };

/** Whether KubeVela's own controller runs in this cluster. */
export const velaCoreRuns = (world: World<"Deployment" | "ValidatingWebhookConfiguration by webhook">): boolean =>
  world.find("ValidatingWebhookConfiguration by webhook", velaWebhook).length > 0 ||
  world.get("Deployment", velaCore.namespace, velaCore.name) !== undefined;

/** Whether the Application says that it is ours: vela-core leaves alone what asks for another version than its own. */
export const isClaimed = ({ annotations }: Application): boolean =>
  annotations[names.controllerRequirement] === names.controller;

/** Whether an Application is vela-core's: it runs here, and nobody said otherwise. */
export const isVelaCores = (app: KubeObject, world: World): boolean =>
  !isClaimed(readApplication(app)) && velaCoreRuns(world);
