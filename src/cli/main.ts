import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { FileError } from "../cluster/files.ts";
import { complain, endQuietlyOnClosedPipe } from "./print.ts";
import { exitCodes, UsageError } from "./usage.ts";

const repeated = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

const within =
  (low: number, high: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < low || value > high)
      throw new InvalidArgumentError(`must be a number from ${low} to ${high}.`);
    return value;
  };
const port = within(0, 65535);

const after = () =>
  new Option("--after <file>", "what was applied before, and rolled out completely; in the order given")
    .argParser(repeated)
    .default([]);
const world = () =>
  new Option("--world <file-or-dir>", "objects that exist, as kubectl get -o yaml prints them")
    .argParser(repeated)
    .default([]);

/** Parts of the server that need a cluster are off where it has only files. */
const part = (name: string, choices: readonly [string, ...string[]]) =>
  new Option(`--${name} <${choices.join("|")}>`, `the ${name} part; with a world of files ${choices.join(" or ")}`)
    .choices([...choices])
    .default(choices[0]);

const script = `
A FILE is applied. resume, suspend, terminate, restart and rollback act on every Application that can take them, resume@NAME
on one (a file of that name is ./resume). fail REV: its pods never become ready. crash REV: its ready pods die and come anew.
ready-after 20s: how long pods take. mesh-lag 5s: how late proxies follow. mesh-confirms: proxies tell what they have.
An argument acts when what came before is at rest; +30s before it lets it act that long after the one before.`;

const exits = "\nExit codes: 0 ok or admitted, 1 refused or failed, 2 wrong usage or unreadable input.";

function makeProgram(): Command {
  const program = new Command("rollguard")
    .description("Judges canary rollouts of OAM Applications on Istio, and says what they will do.")
    .version("0.1.0")
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText("after", exits);
  const verb = (usage: string, summary: string) =>
    program
      .command(usage)
      .description(summary)
      .exitOverride()
      .configureOutput({ outputError: () => {} });

  verb("check", "the admission verdict on every Application in the files, offline")
    .argument("<file...>", "YAML or JSON files, folders, or - for standard input")
    .addOption(after())
    .addOption(world())
    .addOption(new Option("-o, --output <format>", "how to print").choices(["text", "json", "sarif"]).default("text"))
    .addHelpText(
      "after",
      `\nAn Application that --after or --world has is judged as an update of it, any other as a creation.${exits}`,
    )
    .action(async (files, options) => end((await import("./check.ts")).check(files, options)));

  verb("render", "the objects that every Application in the files stands for, as YAML")
    .argument("<file...>", "YAML or JSON files, folders, or - for standard input")
    .addOption(after())
    .option("--step <name>", "as they are when this workflow step has been reached, not at the end")
    .option("--settle <duration>", "the settle time that pods outlive their routes by", "12s")
    .addHelpText("after", `\nIt prints a world: what check --world takes.${exits}`)
    .action(async (files, options) => end((await import("./render.ts")).render(files, options)));

  verb("simulate", "play a script on a paper cluster and show what would happen")
    .argument("<arg...>", "files to apply, and words: see below")
    .addOption(new Option("-o, --output <format>", "how to print").choices(["text", "json"]).default("text"))
    .option("--settle <duration>", "how long to wait until every proxy has a new route", "12s")
    .addHelpText("after", `${script}${exits}`)
    .action(async (args, options) => end((await import("./simulate.ts")).simulate(args, options)));

  verb("serve", "the webhooks over HTTPS, judging against the objects of files")
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
    .addOption(part("webhook", ["on"]))
    .addOption(part("controller", ["off"]))
    .addOption(part("dashboard", ["off"]))
    .addOption(part("authorize", ["off"]))
    .addHelpText("after", "\nIt stops at SIGTERM or SIGINT. Without a world it does not start.")
    .action(async (options) => end(await (await import("./serve.ts")).serve(options)));

  verb("certs", "make a certificate authority and a certificate for development")
    .requiredOption("--out <dir>", "folder to write ca.crt, tls.crt and tls.key to")
    .addOption(new Option("--name <dns-or-ip>", "name that the certificate is for").argParser(repeated).default([]))
    .addOption(new Option("--days <number>", "how long it is valid").argParser(within(1, 3650)).default(365))
    .action(async (options) => end(await (await import("./certs.ts")).certs(options)));

  verb("docs", "print a generated page of the documentation")
    .argument("<page>", "rules, cli or states")
    .action(async (page) => end((await import("./docs.ts")).docs(page, helpTexts(makeProgram()))));
  return program;
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

const end = (code: number): void => {
  process.exitCode = code;
};

/** A mistake of the user in one line; anything else is one of ours, whose stack ROLLGUARD_DEBUG=1 shows. */
function explain(error: unknown): void {
  const isHelp = error instanceof CommanderError && (error.exitCode === 0 || error.code === "commander.help");
  end(error instanceof CommanderError && error.exitCode === 0 ? exitCodes.ok : exitCodes.usage);
  if (!isHelp) complain(lineOf(error));
  if (process.env["ROLLGUARD_DEBUG"] === "1" && error instanceof Error) complain(error.stack ?? "");
}

function lineOf(error: unknown): string {
  if (error instanceof CommanderError) return error.message.replace(/^error: /, "");
  if (error instanceof FileError || error instanceof UsageError) return error.message;
  return `unexpected error: ${error instanceof Error ? error.message : String(error)}`;
}

endQuietlyOnClosedPipe();
await makeProgram().parseAsync().catch(explain);
