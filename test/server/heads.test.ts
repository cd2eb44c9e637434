import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { call, dial, head, jsonType, statusesIn } from "./client.ts";
import { bodyOf, expectRefusal, expectVerdict } from "./expectations.ts";
import { cleanUp, type Fixture, inFlightIs, review, start } from "./fixture.ts";

describe("server", () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await start();
  });
  after(cleanUp);
  afterEach(() => inFlightIs(fixture, 0));

  describe("heads of requests", () => {
    const typed = (type: string) => ({ headers: { "Content-Type": type }, body: review });
    const encoded = (coding: string, body: string | Buffer) => ({
      headers: { ...jsonType, "Content-Encoding": coding },
      body,
    });
    const rows: Record<string, [number, Parameters<typeof call>[1]]> = {
      "2 POST /unknown": [404, { path: "/unknown", body: review }],
      "3 a path that climbs": [404, { path: "/mutate/../validate", body: review }],
      "3 a doubled slash": [404, { path: "//validate", body: review }],
      "3 a null byte in the path": [404, { path: "/validate%00", body: review }],
      "3 a trailing slash": [404, { path: "/validate/", body: review }],
      "3 another case": [404, { path: "/Validate", body: review }],
      "4 an empty body": [400, {}],
      "5 no Content-Type": [415, { headers: {}, body: review }],
      "6 text/plain": [415, typed("text/plain")],
      "7 application/yaml": [415, typed("application/yaml")],
      "8 charset utf-16": [415, typed("application/json; charset=utf-16")],
      "9 charset iso-8859-1": [415, typed("application/json; charset=iso-8859-1")],
      "11 protobuf": [415, typed("application/vnd.kubernetes.protobuf")],
      "12 multipart": [415, typed("multipart/form-data; boundary=x")],
      "14 gzip": [415, encoded("gzip", gzipSync(review))],
      "15 a gzip bomb": [415, encoded("gzip", gzipSync(Buffer.alloc(20_000_000)))],
      "16 br": [415, encoded("br", review)],
      "16 deflate": [415, encoded("deflate", review)],
      "16 gzip twice": [415, encoded("gzip, gzip", review)],
      "16 identity": [415, encoded("identity", review)],
      "37 a byte order mark": [400, { headers: jsonType, body: `\ufeff${review}` }],
      "38 invalid UTF-8": [
        400,
        { body: Buffer.concat([Buffer.from('"'), Buffer.from([0xc3, 0x28]), Buffer.from('"')]) },
      ],
      "an overlong encoding": [400, { body: Buffer.from([0x22, 0xc0, 0xaf, 0x22]) }],
    };
    for (const [row, [status, given]] of Object.entries(rows)) {
      it(`answers ${status} to ${row}`, async () => expectRefusal(await call(fixture, given), status));
    }

    it("answers 405 to 1 GET /mutate, and says what is allowed", async () => {
      for (const method of ["GET", "PUT", "DELETE", "OPTIONS"]) {
        const response = await call(fixture, { path: "/mutate", method });
        expectRefusal(response, 405);
        expect(response.headers.allow).to.equal("POST");
      }
    });

    const accepted: Record<string, Parameters<typeof call>[1]> = {
      "application/json": { body: review },
      "10 charset UTF-8": typed("application/json;charset=UTF-8"),
      "10 a quoted charset": typed('application/json; charset="utf-8"'),
      "29 ?timeout=5s": { path: "/validate?timeout=5s", body: review },
      "29 ?timeout=abc": { path: "/validate?timeout=abc", body: review },
      "29 ?timeout=-1s": { path: "/validate?timeout=-1s", body: review },
      "29 ?timeout=1h": { path: "/validate?timeout=1h", body: review },
      "29 timeout twice": { path: "/mutate?timeout=1s&timeout=2s", body: review },
      "25 Expect: 100-continue": { headers: { ...jsonType, Expect: "100-continue" }, body: review },
    };
    for (const [row, given] of Object.entries(accepted)) {
      it(`judges ${row}`, async () => expectVerdict(await call(fixture, given)));
    }

    const raw: Record<string, [number, string]> = {
      "13 two Content-Types": [400, `${head(2, "Content-Type: text/plain")}{}`],
      "13 the same Content-Type twice": [400, `${head(2, "content-type: application/json")}{}`],
      "21 Content-Length and Transfer-Encoding": [400, `${head(2, "Transfer-Encoding: chunked")}0\r\n\r\n`],
      "22 64 KiB of headers": [431, head(2, `X-Large: ${"x".repeat(65_536)}`)],
      "23 2,000 headers": [431, head(2, ...Array.from({ length: 2_000 }, () => "a: b"))],
      "two different lengths": [400, `${head(2, "Content-Length: 3")}{}`],
      "a length that is no number": [400, head(undefined, "Content-Length: 0x10")],
      "a negative length": [400, head(-1)],
      "a broken chunk": [400, `${head(undefined, "Transfer-Encoding: chunked")}zz\r\n`],
      "a gzip transfer coding": [415, `${head(undefined, "Transfer-Encoding: gzip, chunked")}2\r\n{}\r\n0\r\n\r\n`],
      "no Host": [400, "POST /validate HTTP/1.1\r\nContent-Length: 0\r\n\r\n"],
      "an unknown method": [400, "JUDGE /validate HTTP/1.1\r\nHost: a\r\n\r\n"],
      "no HTTP at all": [400, "\u0000\u0001\u0002\r\n\r\n"],
      "the preface of HTTP/2": [400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
      "an absolute target": [404, `${head(2).replace("/validate", "https://webhook/validate")}{}`],
      "an unknown expectation": [417, `${head(2, "Expect: applause")}{}`],
    };
    for (const [row, [status, bytes]] of Object.entries(raw)) {
      it(`answers ${status} to ${row}`, async () => {
        const line = await dial(fixture);
        line.send(bytes);
        const text = await line.until((received) => /\r\n\r\n\{.*\}/.test(received));
        line.socket.destroy();
        expect(statusesIn(text)).to.deep.equal([status]);
        expect(text).to.match(/content-type: application\/json/i);
        expect(bodyOf(text)).to.have.property("error");
      });
    }
  });
});
