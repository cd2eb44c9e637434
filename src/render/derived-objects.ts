import { type Component, traitOf } from "../model/application.ts";
import { deploymentTypes } from "../model/vocabulary.ts";
import type { KubeObject } from "../model/world.ts";
import { autoscaler } from "./autoscaler.ts";
import { cronJob } from "./cron-job.ts";
import { deployment } from "./deployment.ts";
import { gateway } from "./gateway.ts";
import { gatewayVirtualService } from "./gateway-virtual-service.ts";
import { job } from "./job.ts";
import { type Owner, onceFor } from "./owner.ts";
import { service } from "./service.ts";

/**
 * Every object that a component stands for without regard to a rollout. Of a canary component these are the ones beside
 * its revisions; what depends on weights is rendered by those who know them.
 */
export const derivedObjects = onceFor((component: Component, owner: Owner): readonly KubeObject[] =>
  [
    workload(component, owner),
    service(component, owner),
    autoscaler(component, owner),
    gateway(component, owner),
    gatewayVirtualService(component, owner),
  ].filter((object) => object !== undefined),
);

function workload(component: Component, owner: Owner): KubeObject | undefined {
  if (component.type === "task") return job(component, owner);
  if (component.type === "cron-task") return cronJob(component, owner);
  const isPlain = deploymentTypes.includes(component.type) && !traitOf(component, "rollout");
  return isPlain ? deployment(component, owner) : undefined;
}
