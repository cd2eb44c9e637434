/**
 * A program: holds the network namespace of a bed, and lets the bed's own process into it. Whoever connects to the socket
 * first says an address and a port in one line, and is then connected to it.
 */
import { connect, createServer, type Socket } from "node:net";

const [, , path = ""] = process.argv;

function open(inner: Socket, first: Buffer): void {
  const end = first.indexOf("\n");
  const [host = "", port = ""] = first.subarray(0, end).toString().split(" ");
  const outer = connect(Number(port), host);
  outer.setNoDelay(true);
  outer.write(first.subarray(end + 1));
  inner.pipe(outer).pipe(inner);
  inner.on("close", () => outer.destroy());
  // What it said last may still be on its way to a slow reader.
  outer.on("close", () => inner.destroySoon());
  outer.on("error", () => inner.destroy());
}

createServer((inner) => {
  inner.on("error", () => {});
  inner.once("data", (first: Buffer) => open(inner, first));
}).listen(path);
