import { ApiError, type Details } from "../cluster/api.ts";
import { FileError } from "../cluster/files.ts";
import {
  after,
  Command,
  CommanderError,
  Option,
  output,
  part,
  port,
  quiet,
  repeated,
  within,
  world,
} from "./command.ts";
import { helpAfter } from "./help.ts";
import { liveVerbs } from "./live-verbs.ts";
import { cite, complain, endOnClosedOutput } from "./print.ts";
import { type ExitCode, exitCodes, programName, Refusal, UsageError } from "./usage.ts";

function makeProgram(): Command {
  const program = quiet(new Command(programName))
    .description("Judges canary rollouts of OAM Applications on Istio, and says what they will do.")
    .version("0.1.0")
    .addHelpText("after", helpAfter.rollguard);
  for (const addTo of [...offline, ...liveVerbs(end), ...installing]) addTo(program);
  return program;
}

/** Every verb; what one needs is loaded when it runs, so that `check` starts no server. */
const offline: readonly ((program: Command) => Command)[] = [addCheck, addRender, addSimulate];
const installing: typeof offline = [addServe, addCerts, addManifests, addDocs];

function addCheck(program: Command): Command {
  return quiet(program.command("check"))
    .description("the admission verdict on every Application in the files, offline")
    .argument("<file...>", "YAML or JSON files, folders, or - for standard input")
    .addOption(after())
    .addOption(world())
    .addOption(output("text", "json", "sarif"))
    .addHelpText("after", helpAfter.check)
    .action(async (files, options) => end((await import("./check.ts")).check(files, options)));
}

function addRender(program: Command): Command {
  return quiet(program.command("render"))
    .description("the objects that every Application in the files stands for, as YAML")
    .argument("<file...>", "YAML or JSON files, folders, or - for standard input")
    .addOption(after())
    .option("--step <name>", "as they are when this workflow step has been reached, not at the end")
    .option("--settle <duration>", "the settle time that pods outlive their routes by", "12s")
    .addHelpText("after", helpAfter.render)
    .action(async (files, options) => end((await import("./render.ts")).render(files, options)));
}

function addSimulate(program: Command): Command {
  return quiet(program.command("simulate"))
    .description("play a script on a paper cluster and show what would happen")
    .argument("<arg...>", "files to apply, and words: see below")
    .addOption(output("text", "json"))
    .option("--settle <duration>", "how long to wait until every proxy has a new route", "12s")
    .addHelpText("after", helpAfter.simulate)
    .action(async (args, options) => end((await import("./simulate.ts")).simulate(args, options)));
}

function addServe(program: Command): Command {
  return quiet(program.command("serve"))
    .description(
      "the webhooks over HTTPS and the controller, on a cluster; or the webhooks alone, on the objects of files",
    )
    .addOption(world())
    .option("--tls-cert <file>", "certificate, read again when it changes", "certs/tls.crt")
    .option("--tls-key <file>", "its key", "certs/tls.key")
    .option("--host <address>", "address to listen at", "127.0.0.1")
    .addOption(new Option("--port <number>", "port of the webhooks").argParser(port).default(9443))
    .addOption(new Option("--http-port <number>", "port of health and metrics").argParser(port).default(8080))
    .addOption(
      new Option("--drain-seconds <number>", "how long to go on answering after SIGTERM")
        .argParser(within(0, 300))
        .default(10),
    )
    .addOption(part("webhook", "answer admission requests", ["on"]))
    .addOption(part("controller", "roll Applications out; files cannot", ["on", "off"]))
    .option("--certs-secret <name>", "certificates made by Rollguard itself and kept there, instead of files")
    .option("--kubeconfig <file>", "the cluster; otherwise the one that kubectl would take, or that of the pod")
    .option("--settle <duration>", "how long to wait until every proxy has a new route", "12s")
    .option(
      "--istiod-namespace <name>",
      "ask the istiods there which proxies have a new route, to wait no longer than that",
    )
    .option(
      "--istiod-token <file>",
      "token of audience istio-ca for it, read each time",
      "/var/run/secrets/tokens/istio-token",
    )
    .option("--lease-namespace <name>", "where replicas agree on who rolls out; otherwise the namespace of the context")
    .addOption(part("dashboard", "show rollouts; files have none", ["off"]))
    .addOption(part("authorize", "ask what the requester may do; files cannot tell", ["requester", "off"]))
    .addHelpText("after", helpAfter.serve)
    .action(async (options) => end(await (await import("./serve.ts")).serve(options)));
}

function addCerts(program: Command): Command {
  return quiet(program.command("certs"))
    .description("make a certificate authority and a certificate for development")
    .requiredOption("--out <dir>", "folder to write ca.crt, tls.crt and tls.key to")
    .addOption(
      new Option(
        "--name <dns-or-ip>",
        "name that the certificate is for, may be repeated; otherwise those of this machine and rollguard.rollguard-system.svc",
      ).argParser(repeated),
    )
    .addOption(new Option("--days <number>", "how long it is valid").argParser(within(1, 3650)).default(365))
    .addHelpText("after", helpAfter.certs)
    .action(async (options) => end(await (await import("./certs.ts")).certs(options)));
}

function addManifests(program: Command): Command {
  return quiet(program.command("manifests"))
    .description("print what an installation consists of, or write it as bases of kustomize")
    .option("--out <dir>", "folder to write install/ and kubevela/ to")
    .addHelpText("after", helpAfter.manifests)
    .action(async (options) => end((await import("./manifests.ts")).manifests(options)));
}

function addDocs(program: Command): Command {
  return quiet(program.command("docs"))
    .description("print a generated page of the documentation")
    .argument("<page>", "rules, cli or states")
    .addHelpText("after", helpAfter.docs)
    .action(async (page) => end((await import("./docs.ts")).docs(page, helpTexts(makeProgram()))));
}

/** The help of the program and of every verb, as wide as a page. */
const helpTexts = (program: Command) =>
  [program, ...program.commands].map((command) => {
    const lines: string[] = [];
    command
      .configureHelp({ helpWidth: 100 })
      .configureOutput({ writeOut: (text) => lines.push(text) })
      .outputHelp();
    return { name: command.name(), text: lines.join("") };
  });

function end(code: ExitCode): void {
  process.exitCode = code;
}

/** A mistake of the user in one line; anything else is one of ours, whose stack ROLLGUARD_DEBUG=1 shows. */
function explain(error: unknown): void {
  const isHelp = error instanceof CommanderError && (error.exitCode === 0 || error.code === "commander.help");
  end(exitCodeOf(error));
  if (!isHelp) complain(lineOf(error));
  const faults = faultsOf(error);
  if (faults.length > 1) for (const fault of faults) cite(`* ${fault}`);
  if (process.env["ROLLGUARD_DEBUG"] === "1" && error instanceof Error)
    for (const line of (error.stack ?? "").split("\n")) complain(line);
}

/** A cluster that refuses, or does not answer, is no wrong usage; a kubeconfig that cannot be read is. */
function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok;
  const isRefused = error instanceof Refusal || (error instanceof ApiError && error.reason !== "NoCredentials");
  return isRefused ? exitCodes.refused : exitCodes.usage;
}

function lineOf(error: unknown): string {
  if (error instanceof CommanderError) return error.message.replace(/^error: /, "");
  if (error instanceof ApiError && error.details) return invalid(error.details, faultsOf(error));
  if (isExpected(error)) return error.message;
  return `unexpected error: ${error instanceof Error ? error.message : String(error)}`;
}

/** As kubectl says it (kubernetes/kubectl: pkg/cmd/util/helpers.go): one fault in the same line, more below it. */
const invalid = ({ kind, name }: Details, faults: readonly string[]): string =>
  `The ${kind} "${name}" is invalid:${faults.length === 1 ? ` ${faults[0]}` : ""}`;

const faultsOf = (error: unknown): readonly string[] => {
  const causes = error instanceof ApiError ? (error.details?.causes ?? []) : [];
  return [...new Set(causes.map(({ field, message }) => (field === "" ? message : `${field}: ${message}`)))];
};

const isExpected = (error: unknown): error is Error =>
  [FileError, UsageError, Refusal, ApiError].some((kind) => error instanceof kind);

endOnClosedOutput();
void makeProgram().parseAsync().catch(explain);
