import { Agent } from "node:https";
import { expect } from "chai";
import { defaultLimits, httpOptions } from "../../src/server/limits.ts";
import { call, callPlainly, dial, head, statusesIn } from "./client.ts";
import { expectRefusal, expectVerdict, parse } from "./expectations.ts";
import { cleanUp, type Fixture, inFlightIs, padded, review, start } from "./fixture.ts";

describe("server", () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await start();
  });
  after(cleanUp);
  afterEach(() => inFlightIs(fixture, 0));

  describe("readiness and load", () => {
    it("answers 30 with 503 and Retry-After until it is ready", async () => {
      let ready: boolean | string = "waiting for policies";
      const own = await start({ ready: () => ready });
      const early = await call(own, { body: review });
      expectRefusal(early, 503);
      expect(early.headers["retry-after"]).to.equal("1");
      expect(parse(early.text)["error"]).to.equal("waiting for policies");
      const notReady = await callPlainly(own, "/readyz");
      expect([notReady.status, parse(notReady.text)["error"]]).to.deep.equal([503, "waiting for policies"]);
      expect((await callPlainly(own, "/healthz")).status).to.equal(200);
      ready = true;
      expectVerdict(await call(own, { body: review }));
      expect((await callPlainly(own, "/readyz")).status).to.equal(200);
    });

    it("answers 31 with 503 and Retry-After while all places are taken", async () => {
      expect(defaultLimits.bodiesInFlight).to.equal(64);
      const own = await start({ limits: { bodiesInFlight: 2, laggardMs: 60_000 } });
      const lines = await Promise.all([dial(own), dial(own)]);
      for (const line of lines) line.send(`${head(100)}{`);
      await inFlightIs(own, 2);
      const response = await call(own, { body: review });
      expectRefusal(response, 503);
      expect(response.headers["retry-after"]).to.equal("1");
      lines[0]?.socket.destroy();
      await inFlightIs(own, 1);
      expectVerdict(await call(own, { body: review }));
      lines[1]?.socket.destroy();
    });

    it("gives the place of a late body to a new one", async () => {
      const own = await start({ limits: { bodiesInFlight: 1, laggardMs: 0, lingerMs: 20 } });
      const line = await dial(own);
      line.send(`${head(100)}{`);
      await inFlightIs(own, 1);
      expectVerdict(await call(own, { body: review }));
      expect(statusesIn(await line.closed())).to.deep.equal([408]);
      await inFlightIs(own, 0);
    });

    it("answers 503 where all bodies together are too large", async () => {
      const own = await start({ limits: { bytesInFlight: 50_000 } });
      expectRefusal(await call(own, { body: padded(60_000) }), 503);
      expectVerdict(await call(own, { body: padded(40_000) }));
    });

    it("keeps connections longer than the API server does, and nothing else for long", async () => {
      const agent = new Agent({ keepAlive: true });
      const response = await call(fixture, { body: review, agent });
      expect(response.headers["keep-alive"]).to.equal("timeout=185");
      agent.destroy();
      expect(httpOptions(defaultLimits)).to.include({
        headersTimeout: 10_000,
        requestTimeout: 15_000,
        connectionsCheckingInterval: 1_000,
        maxHeaderSize: 16_384,
        insecureHTTPParser: false,
      });
    });

    it("keeps the connection of a short refused request", async () => {
      const line = await dial(fixture);
      line.send(`${head(2).replace("json", "yaml")}{}${head(Buffer.byteLength(review))}${review}`);
      const text = await line.until((received) => received.includes("AdmissionReview"));
      expect(statusesIn(text)).to.deep.equal([415, 200]);
      line.socket.destroy();
    });
  });
});
