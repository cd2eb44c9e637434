import { expect } from "chai";
import { makeLogger } from "../../src/server/log.ts";
import { makeMetrics } from "../../src/server/metrics.ts";
import { call, callPlainly } from "./client.ts";
import { expectRefusal, parse } from "./expectations.ts";
import { cleanUp, denied, type Fixture, inFlightIs, review, start } from "./fixture.ts";

describe("server", () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await start();
  });
  after(cleanUp);
  afterEach(() => inFlightIs(fixture, 0));

  describe("pages", () => {
    it("serves health on both ports", async () => {
      for (const path of ["/healthz", "/readyz"]) {
        const responses = [await callPlainly(fixture, path), await call(fixture, { path, method: "GET" })];
        for (const { status, text, headers } of responses) {
          expect([status, parse(text)]).to.deep.equal([200, { status: "ok" }]);
          expect(headers).to.not.have.any.keys("x-powered-by", "etag");
        }
      }
    });

    it("answers in JSON on every other path and method", async () => {
      for (const path of ["/", "/mutate", "/validate", "/healthz/", "/HEALTHZ", "/%", "/%ff", "/metrics/x"]) {
        expectRefusal(await callPlainly(fixture, path), 404);
      }
      for (const method of ["POST", "OPTIONS", "DELETE"]) {
        expectRefusal(await callPlainly(fixture, "/healthz", method), 405);
      }
      expectRefusal(await call(fixture, { path: "/metrics", method: "GET" }), 404);
    });

    it("counts verdicts, broken rules and refusals, by labels of closed sets", async () => {
      const own = await start();
      await call(own, { body: review });
      await call(own, { path: "/mutate", body: review });
      await call(own, { body: denied });
      await call(own, { body: "" });
      const { text, headers } = await callPlainly(own, "/metrics");
      expect(headers["content-type"]).to.match(/^text\/plain/);
      const count = (labels: string) => `rollguard_admission_duration_seconds_count{${labels}} 1`;
      expect(text).to.contain(count('webhook="validate",operation="CREATE",allowed="true"'));
      expect(text).to.contain(count('webhook="mutate",operation="CREATE",allowed="true"'));
      expect(text).to.contain(count('webhook="validate",operation="CREATE",allowed="false"'));
      expect(text).to.match(/rollguard_violations_total\{rule="[a-z0-9-]+"\} \d/);
      expect(text).to.contain('rollguard_admission_refused_total{status="400"} 1');
      expect(text).to.contain("rollguard_admission_in_flight 0");
      const expiry = Number(/expiry_timestamp_seconds (\d+)/.exec(text)?.[1]);
      expect(expiry * 1000 - Date.now()).to.be.within(86_400_000, 2 * 86_400_000);
      expect(text.split("\n").filter((line) => /^rollguard/.test(line)).length).to.be.below(100);
    });

    it("counts rules and operations that it does not know under one label", async () => {
      const metrics = makeMetrics(["weights-total-100"], () => 0);
      for (const name of ["a", "b", "weights-total-100"]) {
        metrics.answered("validate", { status: 200, body: {}, operation: name, allowed: true, rules: [name] }, 0.001);
      }
      const text = await metrics.text();
      expect(text).to.contain('rollguard_violations_total{rule="other"} 2');
      expect(text).to.contain('rollguard_violations_total{rule="weights-total-100"} 1');
      expect(text).to.contain('seconds_count{webhook="validate",operation="none",allowed="true"} 3');
    });

    it("logs one short line of JSON, whatever it is given", () => {
      const lines: string[] = [];
      const uid = `a\n\u001b[31m"}\u2028${"x".repeat(5_000)}`;
      makeLogger({ write: (line) => lines.push(line) }).info("admission", { uid });
      expect(lines).to.have.length(1);
      expect(lines[0]?.trim()).to.not.match(/\p{Cc}/u);
      expect(parse(lines[0] ?? "")["uid"]).to.equal(uid.slice(0, 2048));
    });

    it("logs one line for each verdict, and nothing of the object", async () => {
      const own = await start();
      await call(own, { body: denied });
      const [line, ...rest] = own
        .log()
        .trim()
        .split("\n")
        .map(parse)
        .filter(({ message }) => message === "admission");
      expect(rest).to.deep.equal([]);
      expect(line).to.include({
        level: "info",
        webhook: "validate",
        uid: "705ab4f5-6393-11e8-b7cc-42010a800002",
        operation: "CREATE",
        status: 200,
        allowed: false,
      });
      expect(line).to.have.all.keys(
        ...["level", "time", "message", "webhook", "uid", "operation", "status", "allowed", "rules", "milliseconds"],
      );
      expect(line?.["rules"]).to.be.an("array").that.is.not.empty;
      expect(own.log()).to.not.contain("reviews-v3");
    });
  });
});
