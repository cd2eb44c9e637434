import { expect } from "chai";
import { canonicalQuantity } from "../../src/render/quantity.ts";

describe("canonicalQuantity", () => {
  const stored = {
    "0.5": "500m",
    "1.5Gi": "1536Mi",
    "1024Mi": "1Gi",
    "0.5Ki": "512",
    "1000": "1k",
    "1500M": "1500M",
    "1e3": "1e3",
    "0": "0",
    "-0.1": "-100m",
    "1.0000000001": "1000000001n",
    "100m": "100m",
    "2Gi": "2Gi",
    "0.5Gi": "512Mi",
    "0.3Mi": "314572800m",
    "12e4": "120e3",
    none: "none",
  };
  for (const [text, expected] of Object.entries(stored))
    it(`stores ${text} as ${expected}`, () => expect(canonicalQuantity(text)).to.equal(expected));
});
