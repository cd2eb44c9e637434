import { X509Certificate } from "node:crypto";
import { expect } from "chai";
import { type KeptCertificates, keptCertificates } from "../../src/cli/kept-certificates.ts";
import { resources } from "../../src/cluster/resources.ts";
import { keepCertificates } from "../../src/install/keep-certificates.ts";
import { webhooks } from "../../src/install/webhooks.ts";
import { asList, at, type JsonObject } from "../../src/model/json.ts";
import { nameOf } from "../../src/model/world.ts";
import type { ApiDouble } from "../cluster/api-double.ts";
import { eventually, PlayClock } from "../cluster/play-clock.ts";
import { cleanUp, connected, later, startDouble } from "../cluster/rig.ts";

const place = { namespace: "home", secret: "certs", names: ["rollguard.home.svc"] };
const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: place.secret, namespace: place.namespace } };

/** One replica, and the certificates that it served, the latest last. */
interface Replica {
  readonly kept: KeptCertificates;
  readonly served: string[];
}

describe("certificates of an installation", () => {
  let double: ApiDouble;
  let clock: PlayClock;

  const stored = (object: JsonObject): JsonObject | undefined =>
    [...double.store.objects.values()].find((it) => it["kind"] === object["kind"] && nameOf(it) === nameOf(object));
  const decoded = (value: unknown): string => Buffer.from(String(value ?? ""), "base64").toString();
  const kept = (key: string): string => decoded(at(stored(secret), "data", key));
  const bundles = (): string[] =>
    webhooks.flatMap((configuration) =>
      asList(stored(configuration)?.["webhooks"]).map((it) => decoded(at(it, "clientConfig", "caBundle"))),
    );
  const apply = (): void => {
    for (const configuration of webhooks) double.store.put(configuration);
  };
  const areTrusted = (cert: string): boolean =>
    bundles().every((bundle) =>
      bundle
        .split(/(?<=-----END CERTIFICATE-----\n)/)
        .filter((text) => text.trim() !== "")
        .some((ca) => new X509Certificate(cert).checkIssued(new X509Certificate(ca))),
    );

  async function replica(): Promise<Replica> {
    const api = await connected(double, clock);
    const kept = await keptCertificates({
      api,
      place,
      clock,
      onFault: (error) => {
        throw error;
      },
    });
    later(() => kept.stop());
    const current = await kept.load();
    const served = [current.cert];
    kept.watch(current, { changed: ({ cert }) => served.push(cert), failed: () => {} });
    await eventually(() => double.watches % 3 === 0 && double.watches > 0, "its watches");
    return { kept, served };
  }

  beforeEach(async () => {
    double = await startDouble();
    clock = new PlayClock();
    apply();
  });
  afterEach(cleanUp);

  it("are made once, and trusted by every webhook", async () => {
    const [one, other] = [await replica(), await replica()];
    expect(one.served).to.deep.equal(other.served);
    expect(one.served).to.deep.equal([kept("tls.crt")]);
    expect(bundles()).to.deep.equal(Array(4).fill(kept("ca.crt")));
  });

  it("are trusted at once where the configurations are made anew", async () => {
    await replica();
    for (const configuration of webhooks) double.store.remove(configuration);
    apply();
    await eventually(() => bundles().every((bundle) => bundle === kept("ca.crt")), "trust");
    expect(clock.now()).to.equal(0);
  });

  it("stay trusted where the Secret is deleted: what each replica serves, at every moment", async () => {
    const replicas = [await replica(), await replica()];
    const [before] = replicas[0]?.served ?? [];
    double.store.remove(secret);
    const isNew = () => kept("tls.crt") !== "" && kept("tls.crt") !== before;
    await eventually(() => isNew() && areTrusted(kept("tls.crt")), "another authority, trusted");
    expect(areTrusted(String(before)), "and the one before").to.equal(true);
    expect(replicas.map(({ served }) => served.length)).to.deep.equal([1, 1]);
    await eventually(() => {
      clock.advance(100);
      return replicas.every(({ served }) => served.at(-1) === kept("tls.crt"));
    }, "what is served then");
    expect(clock.now(), "no API server can have missed it").to.be.at.least(10_000);
  });

  it("are renewed 60 days before they end, and the authority before stays trusted", async () => {
    const { served } = await replica();
    const api = await connected(double, clock);
    const late = Date.parse(new X509Certificate(String(served[0])).validTo) - 59 * 86_400_000;
    const renewed = await keepCertificates(api, place, late);
    expect(renewed.cert).not.to.equal(served[0]);
    expect([areTrusted(renewed.cert), areTrusted(String(served[0]))]).to.deep.equal([true, true]);
    expect(kept("tls.crt")).to.equal(renewed.cert);
    expect(stored(secret)).to.have.property("kind", resources.Secret.kind);
  });
});
