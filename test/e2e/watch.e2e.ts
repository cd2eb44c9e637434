import { cpSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { Api } from "../../src/cluster/api.ts";
import { connect } from "../../src/cluster/client.ts";
import { listNow } from "../../src/cluster/list.ts";
import { forRules } from "../../src/cluster/project.ts";
import { type ResourceKind, resources } from "../../src/cluster/resources.ts";
import { type KindWatch, watchKind } from "../../src/cluster/watch.ts";
import { apply, change, read, remove } from "../../src/cluster/writes.ts";
import { at } from "../../src/model/json.ts";
import { type KubeObject, nameOf } from "../../src/model/world.ts";
import { inWords } from "../cluster/watched.ts";
import { example } from "../support/cases.ts";
import type { Bed } from "./bed/bed.ts";
import type { Outlet } from "./bed/outlet.ts";
import { bedOfTest, configFor, definition, say } from "./rig.ts";

const namespace = "watch-test";
const count = 600;
const application = (name: string): KubeObject => ({ ...example("bookinfo"), metadata: { name, namespace } });

interface Followed {
  readonly watch: KindWatch;
  readonly told: string[];
}

const lost = (told: readonly string[]): string[] => told.filter((line) => line.startsWith("- "));

/** Ten seconds for what takes some tenths. */
async function until(holds: () => boolean | Promise<boolean>, what: string, seconds = 10): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await sleep(20);
  }
}

describe("a watch, on a real API server", function () {
  this.timeout(120_000);
  let bed: Bed;
  let outlet: Outlet;
  let api: Api;
  let folder: string;
  const faults: unknown[] = [];
  const watches: KindWatch[] = [];

  const follow = (kind: ResourceKind): Followed => {
    const told: string[] = [];
    const watch = watchKind({
      api,
      resource: resources[kind],
      project: forRules,
      onChange: (seen) => void told.push(inWords(seen)),
      onRewind: () => void told.push("rewound"),
      onFault: (error) => faults.push(error),
    });
    watches.push(watch);
    return { watch, told };
  };

  /** The cache has what the server has, object by object. */
  const isSame = async ({ watch }: Followed): Promise<boolean> => {
    const stored = await listNow({ api, resource: resources.Application, project: forRules });
    const names = (objects: Iterable<KubeObject>) => [...objects].map((object) => JSON.stringify(object)).sort();
    return names(watch.objects()).join() === names(stored).join();
  };

  const restartApiServer = async (): Promise<void> => {
    await bed.servers.apiServer.restart();
    await bed.servers.apiServer.ready(async () => (await bed.api("/readyz")).status === 200);
  };

  before(async function () {
    this.timeout(0);
    bed = await bedOfTest();
    outlet = await bed.apiOutlet();
    folder = mkdtempSync(join(tmpdir(), "rollguard-watch-"));
    api = await connect({ kubeconfig: configFor(bed, outlet, folder) });
    await bed.mustKubectl(["create", "namespace", namespace]);
    const names = Array.from({ length: count }, (_, i) => `app-${i}`);
    await Promise.all(names.map((name) => apply(api, application(name), undefined, { deadline: 60_000 })));
  });
  after(async () => {
    await Promise.all(watches.map((watch) => watch.stop()));
    api?.close();
    await bed?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  let apps: Followed;

  it(`lists ${count} Applications page by page, and follows what happens to them`, async () => {
    apps = follow("Application");
    await until(() => apps.watch.state.phase === "following", "the watch is open");
    expect(apps.told).to.have.length(count);
    const one = await read(api, resources.Application, namespace, "app-7");
    apps.told.length = 0;
    await change(api, one ?? {}, { metadata: { labels: { seen: "1" } } });
    await remove(api, (await read(api, resources.Application, namespace, "app-8")) ?? {});
    await apply(api, application("late"), undefined);
    await until(() => apps.told.length === 3, "three changes");
    expect(apps.told).to.deep.equal(["~ app-7", "- app-8", "+ late"]);
    expect(apps.watch.get(namespace, "late")).to.have.nested.property("metadata.name", "late");
    expect(await isSame(apps)).to.equal(true);
    expect(apps.watch.state).to.include({ isSynced: true, lists: 1, rewinds: 0, failure: undefined });
  });

  it("goes on where the line is cut, without a list", async () => {
    apps.told.length = 0;
    outlet.cut();
    await bed.apply(application("cut"));
    await until(() => apps.told.includes("+ cut"), "the object that came in between");
    expect(apps.watch.state.lists).to.equal(1);
    expect(lost(apps.told)).to.deep.equal([]);
  });

  it("survives restarts of the API server, with at most one list for each", async () => {
    apps.told.length = 0;
    for (let restart = 1; restart <= 2; restart++) {
      const { lists } = apps.watch.state;
      const start = performance.now();
      await restartApiServer();
      await bed.mustKubectl(["-n", namespace, "label", "application/app-1", `turn=${restart}`, "--overwrite"]);
      await until(() => apps.told.length === restart, "the change after the restart", 60);
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      say(`restart ${restart}: ${apps.watch.state.lists - lists} lists, heard again after ${seconds} s`);
      expect(apps.watch.state.lists - lists).to.be.at.most(1);
    }
    expect(lost(apps.told)).to.deep.equal([]);
    expect(await isSame(apps)).to.equal(true);
  });

  it("finds what went while it was away, where the server has forgotten the events", async () => {
    const { lists } = apps.watch.state;
    apps.told.length = 0;
    const back = outlet.refuse();
    await bed.mustKubectl(["-n", namespace, "delete", "application", "app-10", "app-11", "--wait=false"]);
    await restartApiServer();
    back();
    await until(() => isSame(apps).catch(() => false), "the cache is as the server", 60);
    expect(lost(apps.told).sort()).to.deep.equal(["- app-10", "- app-11"]);
    expect(apps.watch.state.lists - lists).to.equal(1);
  });

  it("notices that etcd was restored from a backup, and forgets what came after it", async () => {
    const { servers, etcdFolder } = bed;
    const backup = join(folder, "backup");
    await servers.etcd.stop();
    cpSync(etcdFolder, backup, { recursive: true });
    await servers.etcd.restart();
    await restartApiServer();
    await bed.mustKubectl(["-n", namespace, "label", "applications", "--all", "after=backup", "--overwrite"]);
    await bed.apply(application("after-backup"));
    await until(() => apps.watch.get(namespace, "after-backup") !== undefined, "the object that will be lost", 60);
    await until(() => isSame(apps), "the cache is as the server");
    apps.told.length = 0;
    await servers.apiServer.stop();
    await servers.etcd.stop();
    rmSync(etcdFolder, { recursive: true });
    renameSync(backup, etcdFolder);
    await servers.etcd.restart();
    await restartApiServer();
    await until(() => apps.watch.state.rewinds === 1 && apps.watch.state.phase === "following", "the rewind", 60);
    expect(apps.told[0]).to.equal("rewound");
    expect(lost(apps.told)).to.deep.equal(["- after-backup"]);
    expect(apps.told.filter((line) => line.startsWith("~ "))).to.have.length.above(count - 10);
    expect(await isSame(apps)).to.equal(true);
    await bed.apply(application("new-life"));
    await until(() => apps.watch.get(namespace, "new-life") !== undefined, "life goes on");
  });

  it("is synced without a definition, and follows once there is one", async () => {
    const { watch, told } = follow("ComponentRollout");
    await until(() => watch.state.isSynced, "synced");
    expect([...watch.objects()]).to.deep.equal([]);
    expect(watch.state.failure).to.include({ status: 404, remedy: "change" });
    await bed.apply(definition);
    await until(async () => (await bed.kubectl(["get", "componentrollouts"])).code === 0, "the definition is in force");
    await bed.apply(record);
    await until(() => told.includes("+ reviews"), "the first object", 40);
  });

  it("has thrown nothing", () => {
    expect(faults).to.deep.equal([]);
    expect(nameOf(apps.watch.get(namespace, "app-1") ?? {})).to.equal("app-1");
    expect(at(apps.watch.get(namespace, "app-1"), "spec", "components")).to.have.length(4);
  });
});

const record = {
  apiVersion: "rollguard.dev/v1alpha1",
  kind: "ComponentRollout",
  metadata: { name: "reviews", namespace },
  status: { stable: "reviews-v1" },
};
