import { malformed } from "./api.ts";

/** A line longer than this is no event: etcd keeps no object of a tenth of it. */
const maxLine = 16 * 1024 * 1024;
const newline = 0x0a;

/** Cuts a stream of bytes into lines. Bytes, so that a character can be spread over chunks. */
export class LineSplitter {
  private parts: Buffer[] = [];
  private length = 0;

  /** The lines that this chunk completes. */
  *push(chunk: Buffer): Generator<string> {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.keep(chunk.subarray(start, end));
      start = end + 1;
      const line = Buffer.concat(this.parts, this.length).toString("utf8");
      this.parts = [];
      this.length = 0;
      if (line.trim() !== "") yield line;
    }
    this.keep(chunk.subarray(start));
  }

  private keep(part: Buffer): void {
    this.length += part.length;
    if (this.length > maxLine) throw malformed(`a line of a watch has more than ${maxLine / 1024 / 1024} MiB`);
    if (part.length > 0) this.parts.push(part);
  }
}
