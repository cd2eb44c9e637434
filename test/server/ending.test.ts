import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { call, callPlainly, dial, head, statusesIn } from "./client.ts";
import { expectRefusal, expectVerdict, parse } from "./expectations.ts";
import {
  certificates,
  cleanUp,
  type Fixture,
  inFlightIs,
  review,
  start,
  temporaryFolder,
  writePair,
} from "./fixture.ts";

const length = Buffer.byteLength(review);

interface Child extends Pick<Fixture, "certificates"> {
  readonly process: ChildProcess;
  readonly server: { readonly port: number; readonly httpPort: number };
  readonly exit: Promise<readonly [number | null, string | null]>;
  output(): string;
}

/** A server process of its own, when it listens. */
async function spawnServer(drainSeconds: number, fault?: string): Promise<Child> {
  const pair = await certificates();
  const files = await writePair(await temporaryFolder(), pair);
  const script = fileURLToPath(new URL("./child.js", import.meta.url));
  const process_ = spawn(process.execPath, [
    script,
    files.cert,
    files.key,
    `${drainSeconds}`,
    ...(fault ? [fault] : []),
  ]);
  let text = "";
  const exit = once(process_, "exit") as Promise<[number | null, string | null]>;
  const listening = new Promise<void>((resolve) => {
    for (const stream of [process_.stdout, process_.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (/"message":"listening"/.test(text)) resolve();
      });
    }
  });
  await Promise.race([listening, exit]);
  const line = text.split("\n").find((entry) => entry.includes("listening"));
  const { port, httpPort } = parse(line ?? text) as { port: number; httpPort: number };
  return { process: process_, server: { port, httpPort }, certificates: pair, exit, output: () => text };
}

/** Resolves when no new connection is taken. */
async function isClosed(child: Child): Promise<void> {
  const isOpen = () =>
    callPlainly(child, "/healthz").then(
      () => true,
      () => false,
    );
  while (await isOpen()) await sleep(10);
}

describe("ending", () => {
  after(cleanUp);

  it("is announced by readyz at once, while requests are answered and their connections closed", async () => {
    const fixture = await start({ drainSeconds: 60 });
    const early = await dial(fixture);
    early.send(head(length));
    await inFlightIs(fixture, 1);
    const idle = await dial(fixture);
    idle.send(head(length) + review);
    await idle.until((text) => text.endsWith("}"));

    const drained = fixture.server.drain();
    const notReady = await callPlainly(fixture, "/readyz");
    expectRefusal(notReady, 503);
    expect(notReady.headers.connection).to.equal("close");
    expect(parse(notReady.text)["error"]).to.equal("draining");
    expect((await callPlainly(fixture, "/healthz")).status).to.equal(200);
    const late = await call(fixture, { body: review });
    expectVerdict(late);
    expect(late.headers.connection).to.equal("close");
    idle.send(head(length) + review);
    expect(statusesIn(await idle.closed())).to.deep.equal([200, 200]);
    early.send(review);
    const text = await early.closed();
    expect(statusesIn(text)).to.deep.equal([200]);
    expect(text).to.match(/connection: close/i);

    fixture.server.drain();
    await drained;
    const refused = await dial(fixture).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code,
    );
    expect(refused).to.equal("ECONNREFUSED");
  });

  it("lets what need not wait end at once, and ends after it", async () => {
    const told: string[] = [];
    let end = (): void => {};
    const ending = new Promise<void>((resolve) => (end = resolve));
    const onDrain = async (): Promise<void> => {
      told.push("draining");
      await ending;
      told.push("drained");
    };
    const onEnd = async (): Promise<void> => void told.push("ended");
    const fixture = await start({ drainSeconds: 60, onDrain, onEnd });
    const drained = fixture.server.drain();
    expect(told).to.deep.equal(["draining"]);
    expect((await callPlainly(fixture, "/healthz")).status).to.equal(200);
    void fixture.server.drain();
    end();
    await drained;
    expect(told).to.deep.equal(["draining", "drained", "ended"]);
  });

  it("closes idle connections and waits for what is in flight", async () => {
    const fixture = await start({ drainSeconds: 0 });
    const [idle, busy] = [await dial(fixture), await dial(fixture)];
    idle.send(head(length) + review);
    await idle.until((text) => text.endsWith("}"));
    busy.send(head(length));
    await inFlightIs(fixture, 1);
    const drained = fixture.server.drain();
    expect(statusesIn(await idle.closed())).to.deep.equal([200]);
    busy.send(review);
    expect(statusesIn(await busy.closed())).to.deep.equal([200]);
    await drained;
  });

  it("does not wait longer than it may", async () => {
    const fixture = await start({ drainSeconds: 0, limits: { stopMs: 30 } });
    const busy = await dial(fixture);
    busy.send(head(length));
    await inFlightIs(fixture, 1);
    await fixture.server.drain();
    expect(statusesIn(await busy.closed())).to.deep.equal([]);
  });

  it("leaves the process with code 0 on SIGTERM, after the answer to what is in flight", async () => {
    const child = await spawnServer(0);
    const line = await dial(child);
    line.send(head(length));
    await inFlightIs(child, 1);
    child.process.kill("SIGTERM");
    await isClosed(child);
    line.send(review);
    expect(statusesIn(await line.closed())).to.deep.equal([200]);
    expect(await child.exit).to.deep.equal([0, null]);
    expect(child.output()).to.contain('"signal":"SIGTERM"');
  });

  it("waits no longer after a second signal", async () => {
    const child = await spawnServer(60);
    child.process.kill("SIGINT");
    const readyz = async () => (await callPlainly(child, "/readyz")).status;
    while ((await readyz()) !== 503);
    child.process.kill("SIGINT");
    expect(await child.exit).to.deep.equal([0, null]);
  });

  for (const fault of ["rejection", "exception"]) {
    it(`leaves the process with code 1 after an uncaught ${fault}, and answers what is in flight`, async () => {
      const child = await spawnServer(60, fault);
      const line = await dial(child);
      line.send(head(length));
      await inFlightIs(child, 1);
      child.process.kill("SIGUSR2");
      await isClosed(child);
      line.send(review);
      expect(statusesIn(await line.closed())).to.deep.equal([200]);
      expect(await child.exit).to.deep.equal([1, null]);
      const entry =
        child
          .output()
          .split("\n")
          .find((text) => text.includes("nobody caught")) ?? "";
      expect(parse(entry)).to.include({ level: "error", error: "Error", reason: "nobody caught this" });
    });
  }
});
