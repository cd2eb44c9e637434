import { type Component, traitOf } from "../model/application.ts";
import { asInteger, asList, asText, type JsonObject, own } from "../model/json.ts";
import type { KubeObject } from "../model/world.ts";
import { metadata, type Owner, traitLabels } from "./owner.ts";
import { inner, objects, traitProperties } from "./properties.ts";
import { canonicalQuantity } from "./quantity.ts";

/** The trait that scales a component by load, where it has one. */
export const autoscalerOf = (component: Component): "hpa" | "cpuscaler" | undefined =>
  (["hpa", "cpuscaler"] as const).find((type) => traitOf(component, type));

/** The autoscaler of a component. KubeVela's cpuscaler is written for autoscaling/v1, which is stored as the same object. */
export function autoscaler(component: Component, owner: Owner): KubeObject | undefined {
  const type = autoscalerOf(component);
  const properties = type && traitProperties(component, type);
  if (!properties) return undefined;
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: metadata(owner, component, component.name, { labels: traitLabels(type) }),
    spec: {
      scaleTargetRef: {
        apiVersion: asText(own(properties, "targetAPIVersion")) ?? "apps/v1",
        kind: asText(own(properties, "targetKind")) ?? "Deployment",
        name: component.name,
      },
      minReplicas: asInteger(own(properties, "min")) ?? 1,
      maxReplicas: asInteger(own(properties, "max")) ?? 10,
      metrics: type === "hpa" ? metrics(properties) : [utilization("cpu", asInteger(own(properties, "cpuUtil")) ?? 50)],
    },
  };
}

function metrics(properties: JsonObject): readonly JsonObject[] {
  const memory = inner(properties, "mem");
  return [
    resource("cpu", inner(properties, "cpu") ?? {}),
    ...(memory ? [resource("memory", memory)] : []),
    ...objects(asList(own(properties, "podCustomMetrics"))).map((metric) => ({
      type: "Pods",
      pods: {
        metric: { name: own(metric, "name") },
        target: averageValue(asText(own(metric, "value")) ?? ""),
      },
    })),
  ];
}

function resource(name: string, properties: JsonObject): JsonObject {
  const value = asInteger(own(properties, "value")) ?? 50;
  if (asText(own(properties, "type")) !== "AverageValue") return utilization(name, value);
  return { type: "Resource", resource: { name, target: averageValue(String(value)) } };
}

const utilization = (name: string, averageUtilization: number): JsonObject => ({
  type: "Resource",
  resource: { name, target: { type: "Utilization", averageUtilization } },
});

const averageValue = (value: string): JsonObject => ({ type: "AverageValue", averageValue: canonicalQuantity(value) });
