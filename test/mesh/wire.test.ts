import { expect } from "chai";
import { encodeRequest, nodeId, resourceTypes, type Witness } from "../../src/mesh/discovery.ts";
import { frame, unframe } from "../../src/mesh/frames.ts";
import { field, messagesIn, parseMessage, textIn } from "../../src/mesh/protobuf.ts";

const witness: Witness = { type: "router", namespace: "rollguard-system", labels: { istio: "ingressgateway" } };

describe("the wire of discovery", () => {
  it("carries requests as istiod reads them", () => {
    const bytes = encodeRequest({
      witness,
      resource: "routes",
      names: ["http.80", "http.8080"],
      version: "v",
      nonce: "n",
    });
    const message = parseMessage(bytes) ?? new Map();
    expect(textIn(message, 1)).to.equal("v");
    expect(messagesIn(message, 3).map(String)).to.deep.equal(["http.80", "http.8080"]);
    expect(textIn(message, 4)).to.equal(resourceTypes.routes);
    expect(textIn(message, 5)).to.equal("n");
    const node = parseMessage(messagesIn(message, 2)[0] ?? Buffer.alloc(0)) ?? new Map();
    expect(textIn(node, 1)).to.equal(nodeId(witness));
    expect(nodeId(witness)).to.equal(
      "router~192.0.2.1~rollguard-witness.rollguard-system~rollguard-witness.svc.cluster.local",
    );
    expect(messagesIn(node, 3)[0]?.toString()).to.include("ingressgateway");
  });

  it("takes long texts and unknown fields, and no message that ends too early", () => {
    const long = "x".repeat(70_000);
    const unknown = Buffer.from([0x38, 0x96, 0x01, 0x4d, 1, 2, 3, 4, 0x51, 1, 2, 3, 4, 5, 6, 7, 8]);
    const bytes = Buffer.concat([field(1, long), unknown, field(2, "y")]);
    const message = parseMessage(bytes) ?? new Map();
    expect([textIn(message, 1), textIn(message, 2)]).to.deep.equal([long, "y"]);
    expect(message.get(7)).to.deep.equal([150]);
    expect(parseMessage(bytes.subarray(0, bytes.length - 1))).to.equal(undefined);
    expect(parseMessage(Buffer.from([0x0b]))).to.equal(undefined);
    expect(parseMessage(Buffer.alloc(12, 0xff))).to.equal(undefined);
  });

  it("cuts a stream into its messages, wherever it was cut before", () => {
    const all = Buffer.concat([frame(Buffer.from("one")), frame(Buffer.alloc(0)), frame(Buffer.from("three"))]);
    for (let cut = 0; cut <= all.length; cut++) {
      const first = unframe(all.subarray(0, cut), 100);
      const second = first && unframe(Buffer.concat([first.rest, all.subarray(cut)]), 100);
      const messages = [...(first?.messages ?? []), ...(second?.messages ?? [])];
      expect(messages.map(String)).to.deep.equal(["one", "", "three"]);
      expect(second?.rest).to.have.lengthOf(0);
    }
    expect(unframe(frame(Buffer.from("abc")).subarray(0, 6), 100)?.needed).to.equal(8);
  });

  it("takes no message that is compressed or too long", () => {
    const compressed = frame(Buffer.from("a"));
    compressed[0] = 1;
    expect(unframe(compressed, 100)).to.equal(undefined);
    expect(unframe(frame(Buffer.alloc(101)), 100)).to.equal(undefined);
  });
});
