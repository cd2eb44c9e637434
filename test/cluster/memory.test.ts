import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import type { Api } from "../../src/cluster/api.ts";
import { forRules } from "../../src/cluster/project.ts";
import { resources } from "../../src/cluster/resources.ts";
import { watchKind } from "../../src/cluster/watch.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { objectStore } from "../../src/model/world.ts";
import { example } from "../support/cases.ts";
import { eventually } from "./play-clock.ts";

const count = 4000;
const pageSize = 500;

/** What the API server adds to an Application, and kubectl: together it is some 8 kB. */
const history: JsonObject = {
  managedFields: Array.from({ length: 4 }, (_, i) => ({
    manager: `m${i}`,
    fieldsV1: { "f:spec": { "f:x": "x".repeat(800) } },
  })),
  annotations: { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(example("bookinfo")) },
};

const item = (i: number): JsonObject => ({
  ...example("bookinfo"),
  metadata: {
    ...history,
    name: `app-${i}`,
    namespace: `team-${i % 100}`,
    uid: crypto.randomUUID(),
    resourceVersion: `${i + 1}`,
  },
});

/** Pages as text, as they come over the wire. */
function pages(): Api {
  const page = (from: number): JsonObject => ({
    metadata: { resourceVersion: `${count}`, ...(from + pageSize < count ? { continue: `${from + pageSize}` } : {}) },
    items: Array.from({ length: pageSize }, (_, i) => item(from + i)),
  });
  return {
    namespace: "",
    call: async ({ path }) => {
      const from = Number(/continue=(\d+)/.exec(path)?.[1] ?? 0);
      return JSON.parse(JSON.stringify(page(from))) as JsonObject;
    },
    open: (_path, signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    close: () => {},
  };
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const heap = (): number => {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
};

describe("cluster: memory", () => {
  it("INF-13 an Application of 8 kB takes at most 1 kB in the cache and the world together", async () => {
    const store = objectStore();
    const api = pages();
    const before = heap();
    const watch = watchKind({
      api,
      resource: resources.Application,
      project: forRules,
      onChange: ({ before: was, after }) => (after ? store.put(after) : was && store.drop(was)),
      onFault: (error) => {
        throw error;
      },
    });
    await eventually(() => watch.state.isSynced, "the list");
    const each = (heap() - before) / count;
    expect(Buffer.byteLength(JSON.stringify(item(0)))).to.be.above(8000);
    expect([...watch.objects()]).to.have.length(count);
    await watch.stop();
    process.stdout.write(`      ${Math.round(each)} bytes each\n`);
    expect(each).to.be.at.most(1024);
  });
});
