/** A message of Protocol Buffers (protobuf.dev/programming-guides/encoding): by field number, every value it has. */
export type Message = ReadonlyMap<number, readonly (Buffer | number)[]>;

const lengthPrefixed = 2;

/** A string, or a message inside a message. */
export const field = (number: number, value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint((number << 3) | lengthPrefixed), varint(bytes.length), bytes]);
};

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** Takes a message apart; undefined where it is none. Fields of a fixed width are skipped: nothing here has any. */
export function parseMessage(bytes: Buffer): Message | undefined {
  const message = new Map<number, (Buffer | number)[]>();
  for (let at = 0; at < bytes.length; ) {
    const entry = entryAt(bytes, at);
    if (entry === undefined || entry.end > bytes.length) return undefined;
    if (entry.value !== undefined) {
      const values = message.get(entry.number);
      if (values) values.push(entry.value);
      else message.set(entry.number, [entry.value]);
    }
    at = entry.end;
  }
  return message;
}

interface Entry {
  readonly number: number;
  readonly value: Buffer | number | undefined;
  readonly end: number;
}

function entryAt(bytes: Buffer, at: number): Entry | undefined {
  const tag = varintAt(bytes, at);
  if (tag === undefined) return undefined;
  const number = Math.floor(tag.value / 8);
  switch (tag.value & 7) {
    case 0: {
      const value = varintAt(bytes, tag.end);
      return value && { number, ...value };
    }
    case 1:
      return { number, value: undefined, end: tag.end + 8 };
    case lengthPrefixed: {
      const length = varintAt(bytes, tag.end);
      if (length === undefined) return undefined;
      const end = length.end + length.value;
      return { number, value: bytes.subarray(length.end, end), end };
    }
    case 5:
      return { number, value: undefined, end: tag.end + 4 };
    default:
      return undefined;
  }
}

/** Beyond 2^53 a number is not exact; weights and lengths are far below. */
function varintAt(bytes: Buffer, start: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let at = start; at < Math.min(bytes.length, start + 10); at++) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (at - start));
    if (byte < 0x80) return { value, end: at + 1 };
  }
  return undefined;
}

export const messagesIn = (message: Message, number: number): readonly Buffer[] =>
  (message.get(number) ?? []).filter((value) => typeof value !== "number");

export const textIn = (message: Message, number: number): string =>
  messagesIn(message, number).at(-1)?.toString() ?? "";

export const numberIn = (message: Message, number: number): number => {
  const value = message.get(number)?.at(-1);
  return typeof value === "number" ? value : 0;
};
