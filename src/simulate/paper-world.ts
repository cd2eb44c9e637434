import { names } from "../model/names.ts";
import { type KubeObject, namespaceOf } from "../model/world.ts";

/** What exists on paper besides what is rolled out: Istio's resources, */
export const installed: readonly KubeObject[] = ["virtualservices", "destinationrules", "gateways"].map((plural) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.networking.istio.io` },
}));

/** and namespaces that inject sidecars. */
export const paperNamespace = (object: KubeObject): KubeObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: namespaceOf(object), labels: { [names.istioInjection]: "enabled" } },
});
