import { stripVTControlCharacters } from "node:util";
import { createColors } from "picocolors";

/** The only writer to the terminal, and whether there is one. */
const isTerminal = process.stdout.isTTY === true;
/** Colour only where somebody looks, and not against NO_COLOR. */
const isColoured = isTerminal && process.env["NO_COLOR"] === undefined && process.env["TERM"] !== "dumb";

export const colour = createColors(isColoured);

/** Escapes what a terminal would obey, but for line ends; as JSON does, so that JSON stays what it is. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => (character === "\n" ? character : escaped(character)));

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, i) => character.charCodeAt(i))
    .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
    .join("");

export const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** One line on standard error. */
export const complain = (text: string): void => {
  process.stderr.write(`rollguard: ${printable(text).replaceAll("\n", " ")}\n`);
};

/** What an API server warns of, and what is wrong, each in a line, as kubectl has it. */
export const warn = (text: string): void => cite(`Warning: ${text}`);
export const cite = (text: string): void => {
  process.stderr.write(`${printable(text).replaceAll("\n", " ")}\n`);
};

/** What to do next, for who looks; a script has no use for it. */
export const hint = (text: string): void => {
  if (isTerminal) process.stderr.write(`${colour.dim(printable(text))}\n`);
};

/** A reader that has seen enough, as `head` has, is no error; a full disk is one, and no verdict. */
export function endOnClosedOutput(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    complain(`cannot write to standard output (${error.code ?? error.message})`);
    process.exit(2);
  });
  process.stderr.on("error", () => process.exit());
}

/** Columns of the terminal; a pipe has no end of line. */
const columns: number = process.stdout.columns || Number.POSITIVE_INFINITY;

/** Breaks a line between words where it is longer than the terminal is wide. What follows is set in by `margin`. */
export function wrapped(line: string, margin: number, limit = columns): string {
  if (visibleWidth(line) <= limit || limit - margin < 40) return line;
  const lines: string[] = [];
  for (const word of line.split(/(?<=[^ ]) (?=[^ ])/)) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length === 0 || visibleWidth(longer) <= limit) lines.splice(-1, 1, longer);
    else lines.push(" ".repeat(margin) + word);
  }
  return lines.join("\n");
}

export const visibleWidth = (text: string): number => width(stripVTControlCharacters(text));

/** Columns padded to the widest cell, two spaces apart, as kubectl prints tables. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, i) => Math.max(widest[i] ?? 0, visibleWidth(cell))),
    [],
  );
  const line = (row: readonly string[]) =>
    row.map((cell, i) => cell + " ".repeat(Math.max(0, (widths[i] ?? 0) - visibleWidth(cell)))).join("  ");
  return rows.map((row) => line(row).trimEnd()).join("\n");
}

/** Columns that a text takes: wide characters of East Asian scripts take two. */
export const width = (text: string): number =>
  [...text].reduce((total, character) => total + (wide.test(character) ? 2 : 1), 0);
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/** Whether somebody looks: then a picture can be redrawn. */
export const canRedraw = isTerminal && process.env["TERM"] !== "dumb";

/** A line that a terminal shows in one row: what is beyond its last column is cut off. Some terminals say 0, and know no size. */
export function cropped(line: string, limit = isTerminal ? process.stdout.columns : undefined): string {
  if (!limit || visibleWidth(line) <= limit) return line;
  let room = limit - 1;
  let text = "";
  for (const part of line.split(sequence)) {
    const isSequence = part.startsWith(control);
    const fitting = isSequence ? part : fitted(part, room);
    room -= isSequence ? 0 : width(fitting);
    text += fitting;
    if (!isSequence && fitting !== part) return `${text}…${isColoured ? `${control}[0m` : ""}`;
  }
  return text;
}

const control = "\u001b";
const sequence = new RegExp(`(${control}\\[[0-9;]*m)`);

function fitted(text: string, room: number): string {
  let fitting = "";
  for (const character of text) {
    if (width(fitting + character) > room) return fitting;
    fitting += character;
  }
  return fitting;
}

/** A screen of its own, beside what the user had on it, with no cursor; the returned function gives the terminal back. */
export function openScreen(): () => void {
  process.stdout.write(`${control}[?1049h${control}[?25l`);
  return () => void process.stdout.write(`${control}[?25h${control}[?1049l`);
}

/** Draws over what was drawn before, from the upper left corner; what has no room below is left out. */
export function redraw(text: string): void {
  const rows = Math.max(1, (process.stdout.rows || 24) - 1);
  const lines = text.split("\n").map((line) => cropped(line));
  const shown = lines.length > rows ? [...lines.slice(0, rows - 1), colour.dim("…")] : lines;
  process.stdout.write(`${control}[H${shown.map((line) => `${line}${control}[K\n`).join("")}${control}[J`);
}
