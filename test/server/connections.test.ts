import { Agent } from "node:https";
import { connect } from "node:net";
import { expect } from "chai";
import { call, dial, head } from "./client.ts";
import { cleanUp, type Fixture, inFlightIs, review, start, surroundings } from "./fixture.ts";

describe("server", () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await start();
  });
  after(cleanUp);
  afterEach(() => inFlightIs(fixture, 0));

  describe("connections", () => {
    it("speaks HTTP/1.1 to a client that would also speak HTTP/2", async () => {
      const line = await dial(fixture, { ALPNProtocols: ["h2", "http/1.1"] });
      expect(line.socket.alpnProtocol).to.equal("http/1.1");
      line.socket.destroy();
    });

    it("refuses 28 TLS 1.0 and 1.1, and speaks 1.2 and 1.3", async () => {
      for (const version of ["TLSv1", "TLSv1.1"] as const) {
        const old = { minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" } as const;
        const error = await dial(fixture, old).then(
          () => undefined,
          (reason: NodeJS.ErrnoException) => reason,
        );
        expect(error?.code, version).to.match(/PROTOCOL_VERSION/);
      }
      for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
        const line = await dial(fixture, { minVersion: version, maxVersion: version });
        expect(line.socket.getProtocol()).to.equal(version);
        line.socket.destroy();
      }
    });

    it("refuses 28 plain HTTP on the TLS port, without its content in the log", async () => {
      const own = await start();
      const text = await new Promise<string>((resolve) => {
        const socket = connect(own.server.port, "127.0.0.1", () => socket.write(`${head(2)}{"marker-of-mine"`));
        let received = "";
        socket.on("data", (chunk) => {
          received += chunk.toString("latin1");
        });
        socket.on("error", () => {});
        socket.on("close", () => resolve(received));
      });
      expect(text).to.not.contain("HTTP/1.1 200");
      expect(own.log()).to.contain("a TLS handshake failed").and.not.contain("marker-of-mine");
    });

    it("starts on no port where one of two is taken", async () => {
      const error = await start({ port: fixture.server.port }).then(
        () => undefined,
        (reason: NodeJS.ErrnoException) => reason,
      );
      expect(error?.code).to.equal("EADDRINUSE");
    });

    it("takes the same surroundings for every request", async () => {
      const own = await start({ surroundings });
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const answers = await Promise.all(Array.from({ length: 20 }, () => call(own, { body: review, agent })));
      agent.destroy();
      expect(new Set(answers.map(({ text }) => text)).size).to.equal(1);
    });
  });
});
