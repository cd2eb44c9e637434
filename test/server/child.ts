// A server process of its own: `child.js CERT KEY DRAIN_SECONDS [fault]`.
import { worldOf } from "../../src/model/world.ts";
import { startServer } from "../../src/server/serve.ts";
import { baseWorld } from "../support/cases.ts";

const [cert = "", key = "", drainSeconds = "0", fault] = process.argv.slice(2);
await startServer({
  surroundings: { world: worldOf(baseWorld) },
  tls: { cert, key },
  host: "127.0.0.1",
  port: 0,
  httpPort: 0,
  drainSeconds: Number(drainSeconds),
});
if (fault === "rejection") process.once("SIGUSR2", () => void Promise.reject(new Error("nobody caught this")));
if (fault === "exception") {
  process.once("SIGUSR2", () => {
    throw new Error("nobody caught this");
  });
}
