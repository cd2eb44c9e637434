import { createColors } from "picocolors";

/** The only writer to the terminal. Colour only where somebody looks, and not against NO_COLOR. */
const isColoured =
  process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined && process.env["TERM"] !== "dumb";

export const colour = createColors(isColoured);

/** Escapes what a terminal would obey, but for line ends. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}]/gu, (character) =>
    character === "\n" ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

export const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** One line on standard error. */
export const complain = (text: string): void => {
  process.stderr.write(`rollguard: ${printable(text).replaceAll("\n", " ")}\n`);
};

/** A reader that has seen enough, as `head` has, is no error. */
export function endQuietlyOnClosedPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}

/** Columns padded to the widest cell, two spaces apart, as kubectl prints tables. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, i) => Math.max(widest[i] ?? 0, width(cell))),
    [],
  );
  const line = (row: readonly string[]) =>
    row.map((cell, i) => cell + " ".repeat(Math.max(0, (widths[i] ?? 0) - width(cell)))).join("  ");
  return rows.map((row) => line(row).trimEnd()).join("\n");
}

/** Columns that a text takes: wide characters of East Asian scripts take two. */
export const width = (text: string): number =>
  [...text].reduce((total, character) => total + (wide.test(character) ? 2 : 1), 0);
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;
