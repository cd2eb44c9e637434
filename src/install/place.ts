/** Where Rollguard lives in a cluster, and under which names. */
export const place = {
  namespace: "rollguard-system",
  name: "rollguard",
  secret: "rollguard-certs",
  lease: "rollguard-controller",
  webhookPort: 9443,
  httpPort: 8080,
} as const;

export const labels = { "app.kubernetes.io/name": place.name, "app.kubernetes.io/part-of": "rollguard" } as const;

export const serviceName = `${place.name}.${place.namespace}.svc`;
export const serviceAccount = `system:serviceaccount:${place.namespace}:${place.name}`;
