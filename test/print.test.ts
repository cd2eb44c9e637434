import { expect } from "chai";
import { cropped } from "../src/cli/print.ts";

describe("print", () => {
  it("cuts a line at the last column, and not where the terminal knows of none", () => {
    expect(cropped("reviews-v1", 5)).to.equal("revi…");
    expect(cropped("reviews-v1", 0)).to.equal("reviews-v1");
  });
});
