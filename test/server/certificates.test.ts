import { X509Certificate } from "node:crypto";
import { copyFile, mkdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { type Certificates, makeCertificates } from "../../src/install/make-certificates.ts";
import { loadCertificate, type TlsFiles, watchCertificate } from "../../src/server/tls.ts";
import { call, callPlainly, dial } from "./client.ts";
import { expectVerdict } from "./expectations.ts";
import { certificates, cleanUp, type Fixture, review, start, temporaryFolder, writePair } from "./fixture.ts";

const serialOf = ({ cert }: Certificates) => new X509Certificate(cert).serialNumber;
const made = (names = ["127.0.0.1"]) => makeCertificates({ names, days: 1 });

/** The serial number that a new handshake shows. */
async function servedSerial(fixture: Fixture): Promise<string> {
  const line = await dial(fixture, { rejectUnauthorized: false });
  const { serialNumber } = line.socket.getPeerCertificate();
  line.socket.destroy();
  return serialNumber;
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await sleep(10);
}

/** A folder as the kubelet mounts a Secret: the files are links through `..data`, which is swapped as a whole. */
async function mountSecret(folder: string, pair: Certificates): Promise<TlsFiles> {
  await swapSecret(folder, pair);
  const files = { cert: join(folder, "tls.crt"), key: join(folder, "tls.key") };
  await symlink("..data/tls.crt", files.cert);
  await symlink("..data/tls.key", files.key);
  return files;
}

async function swapSecret(folder: string, pair: Certificates): Promise<void> {
  const version = `..${serialOf(pair)}`;
  await mkdir(join(folder, version));
  await writePair(join(folder, version), pair);
  await symlink(version, join(folder, "..data_tmp"));
  await rename(join(folder, "..data_tmp"), join(folder, "..data"));
}

describe("certificates", () => {
  after(cleanUp);

  describe("made", () => {
    it("are a P-256 pair for servers, signed by their own authority, for all names", async () => {
      const names = ["rollguard.rollguard-system.svc", "*.example.org", "127.0.0.1", "::1"];
      const { ca, cert, key } = await makeCertificates({ names, days: 30 });
      const authority = new X509Certificate(ca);
      const leaf = new X509Certificate(cert);
      expect(authority.ca).to.equal(true);
      expect(leaf.ca).to.equal(false);
      expect(leaf.checkIssued(authority)).to.equal(true);
      expect(leaf.verify(authority.publicKey)).to.equal(true);
      expect(leaf.publicKey.asymmetricKeyDetails?.namedCurve).to.equal("prime256v1");
      expect(leaf.keyUsage).to.deep.equal(["1.3.6.1.5.5.7.3.1"]);
      expect(leaf.checkHost("rollguard.rollguard-system.svc")).to.be.a("string");
      expect(leaf.checkHost("other.svc")).to.equal(undefined);
      expect([leaf.checkIP("127.0.0.1"), leaf.checkIP("::1")]).to.deep.equal(["127.0.0.1", "::1"]);
      // ecdsa-with-SHA256 by its object identifier.
      expect(leaf.raw.includes(Buffer.from("06082a8648ce3d040302", "hex"))).to.equal(true);
      const days = (Date.parse(leaf.validTo) - Date.now()) / 86_400_000;
      expect(days).to.be.within(29.9, 30.1);
      expect(Date.parse(leaf.validFrom)).to.be.below(Date.now());
      expect(key).to.match(/^-----BEGIN PRIVATE KEY-----\n[\s\S]+\n-----END PRIVATE KEY-----\n$/);
    });

    for (const [names, days] of [
      [[], 1],
      [["a name"], 1],
      [["a,CN=b"], 1],
      [["a".repeat(64)], 1],
      [["localhost"], 0],
      [["localhost"], 1.5],
      [["localhost"], 1e9],
    ] as const) {
      it(`refuse ${JSON.stringify(names)} for ${days} days`, async () => {
        const error = await makeCertificates({ names, days }).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error).to.be.an("error");
      });
    }
  });

  describe("loaded", () => {
    it("name the file at fault, and nothing that is in it", async () => {
      const [one, other] = [await certificates(), await made()];
      const folder = await temporaryFolder();
      const files = await writePair(folder, one);
      const garbage = join(folder, "garbage");
      await writeFile(garbage, "marker");
      const faults: [TlsFiles, RegExp][] = [
        [{ ...files, cert: join(folder, "none") }, /^cannot read .*none$/],
        [{ ...files, cert: garbage }, /^.*garbage holds no certificate in PEM$/],
        [{ ...files, key: garbage }, /^.*garbage holds no private key in PEM$/],
        [
          { ...files, cert: (await writePair(await temporaryFolder(), other)).cert },
          /tls.key is not the key of .*tls.crt$/,
        ],
      ];
      for (const [given, message] of faults) {
        const error = await loadCertificate(given).then(
          () => undefined,
          (reason: Error) => reason.message,
        );
        expect(error).to.match(message).and.not.contain("marker");
      }
    });

    it("keep a server from starting where they do not fit", async () => {
      const files = await writePair(await temporaryFolder(), { ...(await made()), key: (await certificates()).key });
      const error = await start({ tls: files }).then(
        () => undefined,
        (reason: Error) => reason.message,
      );
      expect(error).to.match(/is not the key of/);
    });
  });

  describe("reloaded", () => {
    it("serve new connections when the files are written in place, and leave old ones alone", async () => {
      const fixture = await start();
      const line = await dial(fixture);
      const next = await made();
      await writePair(join(fixture.files.cert, ".."), next);
      await until(async () => (await servedSerial(fixture)) === serialOf(next));
      expect(line.socket.destroyed).to.equal(false);
      line.socket.destroy();
      expectVerdict(await call({ ...fixture, certificates: next }, { body: review }));
      const { text } = await callPlainly(fixture, "/metrics");
      const expiry = Date.parse(new X509Certificate(next.cert).validTo) / 1000;
      expect(text).to.contain(`rollguard_certificate_expiry_timestamp_seconds ${expiry}`);
      expect(fixture.log()).to.contain(serialOf(next));
    });

    it("serve new connections when the kubelet swaps the link above the files", async () => {
      const folder = await temporaryFolder();
      const fixture = await start({ tls: await mountSecret(folder, await made()) });
      for (let swap = 0; swap < 3; swap += 1) {
        const next = await made();
        await swapSecret(folder, next);
        await until(async () => (await servedSerial(fixture)) === serialOf(next));
      }
    });

    it("are seen by the poll alone where no directory tells of the change", async () => {
      const [old, next] = [await certificates(), await made()];
      const folder = await temporaryFolder();
      for (const [name, pair] of [
        ["old", old],
        ["next", next],
      ] as const) {
        await mkdir(join(folder, name));
        await writePair(join(folder, name), pair);
      }
      await symlink("old", join(folder, "current"));
      const files = { cert: join(folder, "current", "tls.crt"), key: join(folder, "current", "tls.key") };
      const seen: string[] = [];
      const listener = { changed: (pair: { serialNumber: string }) => seen.push(pair.serialNumber), failed: () => {} };
      const stop = watchCertificate(files, await loadCertificate(files), listener, 10);
      await symlink("next", join(folder, "swapped"));
      await rename(join(folder, "swapped"), join(folder, "current"));
      await until(() => seen.length > 0);
      stop();
      expect(seen).to.deep.equal([serialOf(next)]);
    });

    it("keep the old pair while the new one is half written, say so once, and take it when it is whole", async () => {
      const fixture = await start();
      const old = serialOf(fixture.certificates);
      const next = await made();
      const written = await writePair(await temporaryFolder(), next);
      await copyFile(written.cert, fixture.files.cert);
      await until(() => fixture.log().includes("the old one stays"));
      expect(await servedSerial(fixture)).to.equal(old);
      expect((await callPlainly(fixture, "/metrics")).text).to.contain("rollguard_certificate_reload_failures_total 1");
      await sleep(1_100);
      expect(fixture.log().split("the old one stays")).to.have.length(2);
      expectVerdict(await call(fixture, { body: review }));
      await copyFile(written.key, fixture.files.key);
      await until(async () => (await servedSerial(fixture)) === serialOf(next));
      expect(fixture.log()).to.not.contain((await readFile(fixture.files.key, "utf8")).split("\n")[1]);
    });
  });
});
