import { expect } from "chai";
import type { Response } from "./client.ts";

export const parse = (text: string) => JSON.parse(text) as Record<string, unknown>;

/** The JSON in the first answer of a raw connection. */
export const bodyOf = (text: string) => parse(text.slice(text.indexOf("\r\n\r\n") + 4));

export function expectVerdict({ status, text }: Response): void {
  expect(status, text).to.equal(200);
  expect(parse(text)).to.have.property("kind", "AdmissionReview");
}

export function expectRefusal({ status, headers, text }: Response, expected: number): void {
  expect(status, text).to.equal(expected);
  expect(headers["content-type"]).to.equal("application/json");
  expect(Number(headers["content-length"])).to.equal(Buffer.byteLength(text));
  expect(parse(text)).to.have.all.keys("error", "requestId");
}
