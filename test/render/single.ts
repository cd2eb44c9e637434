import { readApplication } from "../../src/model/application.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { Owner } from "../../src/render/owner.ts";

export const uid = "3f1c6f0e-9c1b-4c55-8a7e-0d2b4a6c8e10";

/** An Application of one component, a canary component with a Service unless told otherwise. */
export function single(component: JsonObject = {}, metadata: JsonObject = {}, more: Partial<Owner> = {}) {
  const rollout = { type: "rollout", properties: { targetSize: 2 } };
  const expose = { type: "expose", properties: { port: [9080] } };
  const properties = { image: "registry.example.com/reviews:1" };
  const owner: Owner = {
    app: readApplication({
      metadata: { name: "book-info", namespace: "default", ...metadata },
      spec: {
        components: [{ name: "reviews", type: "webservice", properties, traits: [rollout, expose], ...component }],
      },
    }),
    uid,
    settleSeconds: 12,
    ...more,
  };
  const [first] = owner.app.components;
  if (!first) throw new Error("the component has no type");
  return { owner, component: first };
}

export const webservice = (properties: JsonObject, ...traits: readonly JsonObject[]) => ({
  properties: { image: "registry.example.com/reviews:1", ...properties },
  traits,
});
export const trait = (type: string, properties: JsonObject) => ({ type, properties });
