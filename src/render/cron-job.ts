import type { Component } from "../model/application.ts";
import { asFlag, asInteger, asText, own } from "../model/json.ts";
import type { KubeObject } from "../model/world.ts";
import { workloadMetadata } from "./deployment.ts";
import { counts, jobPodMetadata, jobPodSpec } from "./job.ts";
import type { Owner } from "./owner.ts";
import { ownContainer } from "./properties.ts";
import { stated } from "./stated.ts";

/** The CronJob of a cron-task. KubeVela's traits `labels` and `sidecar` do not reach its pods. */
export function cronJob(component: Component, owner: Owner): KubeObject {
  const { properties } = ownContainer(component);
  const number = (key: string) => asInteger(own(properties, key));
  const metadata = jobPodMetadata(component, owner);
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: workloadMetadata(component, owner, component.name),
    spec: stated({
      schedule: own(properties, "schedule"),
      concurrencyPolicy: asText(own(properties, "concurrencyPolicy")) ?? "Allow",
      suspend: asFlag(own(properties, "suspend")) ?? false,
      successfulJobsHistoryLimit: number("successfulJobsHistoryLimit") ?? 3,
      failedJobsHistoryLimit: number("failedJobsHistoryLimit") ?? 1,
      startingDeadlineSeconds: number("startingDeadlineSeconds"),
      jobTemplate: {
        metadata,
        spec: stated({
          ...counts(component),
          ttlSecondsAfterFinished: number("ttlSecondsAfterFinished"),
          activeDeadlineSeconds: number("activeDeadlineSeconds"),
          backoffLimit: number("backoffLimit") ?? 6,
          template: { metadata, spec: jobPodSpec(component) },
        }),
      },
    }),
  };
}
