// Runs dist/rollguard.js with these arguments, and keeps what V8 has compiled of it (docs/adr/0018).

import { writeFileSync } from "node:fs";

const { cache, script } = await import("./dist/rollguard.js");
process.on("exit", () => writeFileSync(cache, script.createCachedData(), { mode: 0o644 }));
