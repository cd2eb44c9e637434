/** A message of gRPC: one byte that says whether it is compressed, four for its length, itself (grpc: PROTOCOL-HTTP2.md). */
export function frame(message: Buffer): Buffer {
  const head = Buffer.alloc(headLength);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

export interface Unframed {
  readonly messages: readonly Buffer[];
  /** What came of the next one. */
  readonly rest: Buffer;
  /** Bytes that `rest` must have before it is worth another look. */
  readonly needed: number;
}

const headLength = 5;

/** The messages that are complete; undefined where one is compressed, which was not agreed on, or longer than `limit` bytes. */
export function unframe(bytes: Buffer, limit: number): Unframed | undefined {
  const messages: Buffer[] = [];
  let at = 0;
  let needed = headLength;
  while (bytes.length - at >= headLength) {
    const length = bytes.readUInt32BE(at + 1);
    if (bytes[at] !== 0 || length > limit) return undefined;
    needed = headLength + length;
    if (bytes.length - at < needed) break;
    messages.push(bytes.subarray(at + headLength, at + needed));
    at += needed;
    needed = headLength;
  }
  return { messages, rest: bytes.subarray(at), needed };
}
