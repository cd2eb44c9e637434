import { Command, CommanderError, InvalidArgumentError, Option } from "commander";

export { Command, CommanderError, Option };

export const repeated = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export const within =
  (low: number, high: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < low || value > high)
      throw new InvalidArgumentError(`must be a number from ${low} to ${high}.`);
    return value;
  };
export const port = within(0, 65535);

export const after = () =>
  new Option("--after <file>", "what was applied before and rolled out completely; once for each, in order").argParser(
    repeated,
  );
export const world = () =>
  new Option(
    "--world <file-or-dir>",
    "objects that exist, as kubectl get -o yaml prints them; may be repeated",
  ).argParser(repeated);
export const output = (...formats: readonly [string, ...string[]]) =>
  new Option("-o, --output <format>", "how to print").choices([...formats]).default(formats[0]);

/** A part of the server; those that need a cluster are off where there are only files. */
export const part = (name: string, says: string, choices: readonly [string, ...string[]]) =>
  new Option(`--${name} <${choices.join("|")}>`, says).choices([...choices]).default(choices[0]);

/** A command that throws what is wrong instead of printing it. */
export const quiet = (command: Command): Command => command.exitOverride().configureOutput({ outputError: () => {} });
