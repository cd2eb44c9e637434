import { expect } from "chai";
import { type Arrival, WatchCache } from "../../src/cluster/watch-cache.ts";
import { PlayClock } from "./play-clock.ts";

const arrival = (name: string, revision: number, uid = name): Arrival => ({
  key: `shop/${name}`,
  uid,
  revision: String(revision),
  object: { metadata: { name }, at: revision },
});
const listed = (...arrivals: readonly Arrival[]) => new Map(arrivals.map((it) => [it.key, it] as const));

describe("cluster: watch cache", () => {
  let told: string[];
  let cache: WatchCache;

  const list = (revision: number, ...arrivals: readonly Arrival[]): Promise<void> =>
    cache.replace(listed(...arrivals), String(revision), async () => {});
  const known = (name: string) => cache.get(`shop/${name}`)?.["at"];

  beforeEach(async () => {
    told = [];
    cache = new WatchCache(
      {
        onChange: ({ key, before, after }) => void told.push(`${key} ${before?.["at"]} -> ${after?.["at"]}`),
        onFault: (error) => {
          throw error;
        },
      },
      new PlayClock(),
    );
    await list(7, arrival("old", 5), arrival("gone", 6));
    told.length = 0;
  });

  it("keeps what was learned while a list was under way", async () => {
    cache.learn(arrival("old", 10));
    cache.learn(arrival("new", 11));
    told.length = 0;
    await list(8, arrival("old", 5), arrival("gone", 6));
    expect([known("old"), known("new"), known("gone"), told]).to.deep.equal([10, 11, 6, []]);
    expect(cache.revision, "the watch goes on from the list").to.equal("8");
    cache.delete(arrival("new", 12));
    expect(known("new")).to.equal(undefined);
  });

  it("keeps an object away that was deleted while a list was under way", async () => {
    cache.forget("shop/gone");
    told.length = 0;
    await list(8, arrival("old", 5), arrival("gone", 6));
    expect([known("old"), known("gone"), told]).to.deep.equal([5, undefined, []]);
  });

  it("believes a list that was asked for after that, also where it holds the object as it was", async () => {
    cache.upsert(arrival("stays", 7));
    cache.forget("shop/stays");
    cache.begin();
    told.length = 0;
    await list(8, arrival("old", 5), arrival("gone", 6), arrival("stays", 7));
    expect([known("stays"), told]).to.deep.equal([7, ["shop/stays undefined -> 7"]]);
  });

  it("drops what is not in a list that is newer, and takes what is newer in it", async () => {
    cache.learn(arrival("old", 10));
    await list(12, arrival("old", 11), arrival("gone", 12, "made anew"));
    expect([known("old"), known("gone")]).to.deep.equal([11, 12]);
    await list(13, arrival("gone", 12, "made anew"));
    expect(told.slice(-1)).to.deep.equal(["shop/old 11 -> undefined"]);
  });

  it("goes back with a server that went back", async () => {
    cache.learn(arrival("old", 10));
    cache.learn(arrival("new", 11));
    await list(6, arrival("old", 4), arrival("gone", 6));
    expect([known("old"), known("new"), known("gone")]).to.deep.equal([4, undefined, 6]);
  });
});
