import type { IncomingMessage } from "node:http";
import type { Limits } from "./limits.ts";
import { type Refusal, unavailable } from "./reply.ts";
import type { Slot } from "./slots.ts";

export const overloaded = unavailable("too many requests at once");
const tooSlow: Refusal = { status: 408, error: "the body did not arrive in time" };
const tooLarge = (limit: number): Refusal => ({ status: 413, error: `the body is larger than ${limit} bytes` });

/** Reads the whole body within its limits: the bytes, a refusal, or undefined where the client went away. */
export function read(request: IncomingMessage, slot: Slot, limits: Limits): Promise<Buffer | Refusal | undefined> {
  if (Number(request.headers["content-length"]) > limits.bodyBytes) return Promise.resolve(tooLarge(limits.bodyBytes));
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (outcome: Buffer | Refusal | undefined): void => {
      clearTimeout(timer);
      request.off("data", take).off("end", finish).off("close", leave);
      slot.arrived();
      resolve(outcome);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > limits.bodyBytes) settle(tooLarge(limits.bodyBytes));
      else if (!slot.grow(chunk.length)) settle(overloaded);
    };
    const finish = () => settle(Buffer.concat(chunks));
    const leave = () => settle(undefined);
    const timer = setTimeout(() => settle(tooSlow), limits.bodyMs);
    slot.cut = () => settle(tooSlow);
    request.on("data", take).once("end", finish).once("close", leave);
  });
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of a body. JSON is UTF-8 without a byte order mark (RFC 8259), and nothing is repaired on the way. */
export function decode(bytes: Buffer): string | Refusal {
  if (bytes.length === 0) return { status: 400, error: "empty body" };
  try {
    const text = utf8.decode(bytes);
    return text.startsWith("\ufeff") ? { status: 400, error: "the body begins with a byte order mark" } : text;
  } catch {
    return { status: 400, error: "the body is not UTF-8" };
  }
}
