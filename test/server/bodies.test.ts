import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { defaultLimits } from "../../src/server/limits.ts";
import { call, callPlainly, dial, head, statusesIn } from "./client.ts";
import { bodyOf, expectRefusal, expectVerdict, parse } from "./expectations.ts";
import { cleanUp, type Fixture, inFlightIs, padded, review, reviewWith, start } from "./fixture.ts";

describe("server", () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await start();
  });
  after(cleanUp);
  afterEach(() => inFlightIs(fixture, 0));

  describe("bodies", () => {
    it("judges bodies up to 8 MiB on both paths", async () => {
      for (const size of [20_000, 100 * 1024, 3 * 1024 ** 2, 7 * 1024 ** 2, 8 * 1024 ** 2]) {
        expectVerdict(await call(fixture, { body: padded(size) }));
      }
      expectVerdict(await call(fixture, { path: "/mutate", body: padded(3 * 1024 ** 2) }));
    });

    it("answers 413 to 17 a body of 8 MiB and a byte", async () => {
      expectRefusal(await call(fixture, { body: padded(8 * 1024 ** 2 + 1) }), 413);
    });

    it("answers 413 to 17 a length of 8 MiB and a byte, before the body", async () => {
      const line = await dial(fixture);
      line.send(head(8 * 1024 ** 2 + 1));
      expect(statusesIn(await line.until((text) => text.includes("}")))).to.deep.equal([413]);
      expect(line.received()).to.match(/connection: close/i);
      line.socket.destroy();
    });

    it("answers 413 to 18 an endless chunked body, and closes", async () => {
      const small = await start({ limits: { bodyBytes: 100_000, lingerMs: 50 } });
      const line = await dial(small);
      line.send(head(undefined, "Transfer-Encoding: chunked"));
      const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`;
      const timer = setInterval(() => line.send(chunk), 1);
      const text = await line.closed();
      clearInterval(timer);
      expect(statusesIn(text)).to.deep.equal([413]);
      await inFlightIs(small, 0);
    });

    it("answers 408 to 19 a body that stops, and closes", async () => {
      expect(defaultLimits.bodyMs).to.equal(5_000);
      const hasty = await start({ limits: { bodyMs: 50, lingerMs: 20 } });
      const line = await dial(hasty);
      line.send(`${head(100)}{`);
      expect(statusesIn(await line.closed())).to.deep.equal([408]);
      await inFlightIs(hasty, 0);
    });

    it("answers 20 a body longer than its length by its first part, and closes", async () => {
      const line = await dial(fixture);
      line.send(`${head(Buffer.byteLength(review))}${review}and more\r\n\r\n`);
      const text = await line.closed();
      expect(statusesIn(text)).to.deep.equal([200]);
      expect(bodyOf(text)).to.have.property("kind", "AdmissionReview");
    });

    it("answers 408 to 24 slow headers, and closes", async () => {
      const hasty = await start({ limits: { headersMs: 100, checkMs: 20, lingerMs: 20 } });
      const line = await dial(hasty);
      line.send("POST /validate HTTP/1.1\r\nHost:");
      expect(statusesIn(await line.closed())).to.deep.equal([408]);
    });

    it("judges 25 a body that waits for the server to go on", async () => {
      const line = await dial(fixture);
      line.send(head(Buffer.byteLength(review), "Expect: 100-continue"));
      await line.until((text) => text.includes("100 Continue"));
      line.send(review);
      expect(statusesIn(await line.until((text) => text.endsWith("}")))).to.deep.equal([200]);
      line.socket.destroy();
    });

    it("judges 26 a request in HTTP/1.0, and closes", async () => {
      const line = await dial(fixture);
      line.send(
        head(Buffer.byteLength(review)).replace("HTTP/1.1", "HTTP/1.0").replace("Host: webhook\r\n", "") + review,
      );
      expect(statusesIn(await line.closed())).to.deep.equal([200]);
    });

    it("judges a chunked body", async () => {
      const line = await dial(fixture);
      const chunk = `${Buffer.byteLength(review).toString(16)}\r\n${review}\r\n0\r\n\r\n`;
      line.send(head(undefined, "Transfer-Encoding: chunked", "Connection: close") + chunk);
      expect(statusesIn(await line.closed())).to.deep.equal([200]);
    });

    it("answers 27 fifty pipelined requests in order", async () => {
      const uids = Array.from({ length: 50 }, (_, index) => `uid-${index}`);
      const requests = uids.map((uid) => {
        const body = reviewWith({ uid });
        return head(Buffer.byteLength(body)) + body;
      });
      const line = await dial(fixture);
      line.send(requests.join(""));
      const uidsIn = (text: string) => [...text.matchAll(/"uid":"(uid-\d+)"/g)].map((match) => match[1]);
      const text = await line.until((received) => uidsIn(received).length === 50);
      line.socket.destroy();
      expect(uidsIn(text)).to.deep.equal(uids);
      expect(new Set(statusesIn(text))).to.deep.equal(new Set([200]));
    });

    it("frees the place of a client that goes away", async () => {
      const line = await dial(fixture);
      line.send(`${head(100)}{`);
      await inFlightIs(fixture, 1);
      line.socket.destroy();
      await inFlightIs(fixture, 0);
    });

    it("frees the places of pipelined requests whose client goes away", async () => {
      const line = await dial(fixture);
      line.send((head(Buffer.byteLength(review)) + review).repeat(100));
      await line.until((text) => text.length > 0);
      line.socket.destroy();
      await inFlightIs(fixture, 0);
    });

    it("shows neither an unreadable body nor a stack, in the answer or in the log", async () => {
      const marker = `marker-${randomBytes(8).toString("hex")}`;
      const own = await start();
      const response = await call(own, { body: `${marker} {"${marker}": ${marker}` });
      expect(response.status).to.equal(400);
      expect(response.text + own.log()).to.not.contain(marker);
    });

    it("answers 500 where a verdict fails, with the stack in the log and nothing of the request anywhere", async () => {
      const marker = `marker-${randomBytes(8).toString("hex")}`;
      const broken = {
        get world(): never {
          throw new Error(`cannot read\n    at ${marker}`);
        },
      };
      const own = await start({ surroundings: broken });
      for (const path of ["/mutate", "/validate"]) {
        const response = await call(own, { path, body: reviewWith({ name: "book-info", marker }) });
        expectRefusal(response, 500);
        expect(response.text).to.not.match(/stack|\bat \b|Error/);
        expect(own.log()).to.contain(`${parse(response.text)["requestId"]}`);
      }
      expect(own.log()).to.match(/"stack":"at /);
      expect(own.log()).to.not.contain(marker);
      expect((await callPlainly(own, "/healthz")).status).to.equal(200);
    });
  });
});
