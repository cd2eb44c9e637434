import { destination, pino, stdTimeFunctions } from "pino";

/** What a line may say besides its message. Objects have no place in it, so none can leak. */
export type Fields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface Logger {
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** Writes what is buffered, before the process ends. */
  flush(): void;
}

export interface Output {
  write(line: string): void;
  flushSync?(): void;
}

/** JSON lines, by default to standard output. */
export function makeLogger(output: Output = standardOutput()): Logger {
  const lines = pino(
    {
      base: null,
      messageKey: "message",
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    output,
  );
  return {
    info: (message, fields = {}) => lines.info(capped(fields), message),
    warn: (message, fields = {}) => lines.warn(capped(fields), message),
    error: (message, fields = {}) => lines.error(capped(fields), message),
    flush: () => output.flushSync?.(),
  };
}

/** Written in blocks, at the latest after a second. */
function standardOutput(): Output {
  const output = destination({ fd: 1, sync: false, minLength: 4096, periodicFlush: 1_000 });
  // A closed pipe must cost the log, not the webhook.
  output.on("error", () => {});
  return output;
}

const longest = 2048;

const capped = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, typeof value === "string" ? value.slice(0, longest) : value]),
  );

/** Where an error comes from, without its message: that may quote the request. */
export function originOf(error: unknown): Fields {
  if (!(error instanceof Error)) return { error: typeof error };
  const stack = error.stack ?? "";
  const start = stack.indexOf(error.message);
  const frames = start < 0 ? "" : stack.slice(start + error.message.length);
  return { error: error.name, stack: frames.replaceAll("\n    at ", "\nat ").trim() };
}
