import { expect } from "chai";
import { ApiError } from "../../src/cluster/api.ts";
import { mayFollow } from "../../src/controller/carry-out.ts";
import { isAnswer, refusalOf } from "../../src/controller/refusal.ts";
import { fightTrouble, rivalOf } from "../../src/controller/rival.ts";
import type { Action } from "../../src/rollout/observed.ts";

const error = (status: number, message = "no") =>
  new ApiError({ status, reason: "", message: `PATCH /apis/apps/v1/namespaces/shop/deployments/cart: ${message}` });
const [deployment, route] = [
  { kind: "Deployment", name: "cart" },
  { kind: "VirtualService", name: "cart" },
];

describe("a write that failed", () => {
  const rows: readonly [
    what: string,
    place: typeof deployment,
    status: number,
    times: number,
    type: string | undefined,
  ][] = [
    ["a quota, a policy, Pod Security, no right", deployment, 403, 1, "Blocked"],
    ["an object that is not valid", deployment, 422, 1, "Blocked"],
    ["a webhook that cannot be asked", deployment, 500, 1, "Blocked"],
    ["istiod that cannot be asked", route, 500, 1, "MeshConfigRejected"],
    ["no right to write a route", route, 403, 1, "Blocked"],
    ["a conflict", deployment, 409, 4, undefined],
    ["many of them", deployment, 409, 5, "Conflict"],
  ];
  for (const [what, place, status, times, type] of rows)
    it(`${what}: ${type ?? "nothing is told"}`, () =>
      expect(refusalOf(place, error(status), times).trouble?.type).to.equal(type));

  it("is MeshConfigRejected where the webhook of istiod says no", () => {
    const denied = error(400, 'admission webhook "validation.istio.io" denied the request: no');
    expect(refusalOf(route, denied, 1).trouble?.type).to.equal("MeshConfigRejected");
  });

  it("is told without what was asked, and not at any length", () => {
    const { trouble } = refusalOf(deployment, error(403, "x".repeat(500)), 1);
    expect(trouble?.message).to.equal(
      `Deployment cart is refused by the API server: ${"x".repeat(300)} ...; it is tried again until it is accepted`,
    );
  });

  it("concerns others too where nobody answered, or everybody has to wait", () => {
    expect([0, 401, 429, 503, 504].map((status) => isAnswer(error(status)))).to.deep.equal(Array(5).fill(false));
    expect([400, 403, 404, 409, 422, 500].map((status) => isAnswer(error(status)))).to.deep.equal(Array(6).fill(true));
  });
});

describe("actions after one that was not done", () => {
  const action = (what: "apply" | "remove", component?: string): Action => {
    const labels = component === undefined ? {} : { "app.oam.dev/component": component };
    return { do: what, object: { metadata: { name: "x", labels } }, event: "" };
  };
  const rows: readonly [what: string, action: Action, stopped: readonly (string | undefined)[], may: boolean][] = [
    ["none before", action("remove", "gone"), [], true],
    ["the same component", action("apply", "cart"), ["cart"], false],
    ["another component", action("apply", "till"), ["cart"], true],
    ["another component, pods that go", action("remove", "till"), ["cart"], true],
    ["what is left of a component that is gone", action("remove", "gone"), ["cart"], false],
    ["of no component", action("apply"), ["cart"], false],
    ["after one of no component", action("apply", "till"), [undefined], false],
  ];
  for (const [what, subject, stopped, may] of rows)
    it(`${what}: ${may}`, () => expect(mayFollow(subject, new Set(stopped), ["cart", "till"])).to.equal(may));
});

describe("who else writes an object", () => {
  const entry = (manager: string, time: string, more = {}) => ({ manager, time, ...more });
  const live = (...managedFields: ReturnType<typeof entry>[]) => ({ metadata: { name: "cart", managedFields } });

  it("is the latest other field manager of the object itself", () => {
    const object = live(
      entry("argocd", "2026-01-01T00:00:02Z"),
      entry("kubectl-edit", "2026-01-01T00:00:01Z"),
      entry("rollguard", "2026-01-01T00:00:03Z"),
      entry("kube-controller-manager", "2026-01-01T00:00:04Z", { subresource: "status" }),
    );
    expect(rivalOf(object)).to.equal("argocd");
    expect(fightTrouble(route, object).message).to.match(/^VirtualService cart is changed again and again by argocd, /);
  });

  it("is unknown where nobody else is, and where the object is gone", () => {
    expect(rivalOf(live(entry("rollguard", "2026-01-01T00:00:03Z")))).to.equal(undefined);
    expect(fightTrouble(route, undefined).message).to.match(/^VirtualService cart is deleted again and again, /);
  });
});
