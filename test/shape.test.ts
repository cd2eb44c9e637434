import { expect } from "chai";
import { mistakes } from "../src/model/shape.ts";
import { integer, object, text } from "../src/model/shapes.ts";

const shape = object({ "image!": text(), port: integer({ min: 1 }), kind: text({ oneOf: ["one", "other"] }) });
const found = (value: Parameters<typeof mistakes>[1]) => [...mistakes(shape, value, "p")];

describe("shape", () => {
  it("says what is missing, ill-typed and unknown", () => {
    expect(found({ port: 0, kind: "third", imge: "a" })).to.deep.equal([
      { kind: "type", field: "p.port", message: "is 0, an integer of at least 1 is required" },
      {
        kind: "type",
        field: "p.kind",
        message: 'is "third", one of "one", "other" is required',
        word: "third",
      },
      {
        kind: "unknown",
        field: "p.imge",
        message: 'unknown property "imge", did you mean "image"?',
        word: "imge",
        near: "image",
        meant: "p.image",
      },
      {
        kind: "missing",
        field: "p.image",
        message: "is missing, a string is required",
        from: ["p.image"],
        word: "imge",
      },
    ]);
  });

  it("takes an unknown key that is near to none for the only one that is missing", () => {
    expect(found({ picture: "a" }).map(({ meant, from }) => meant ?? from)).to.deep.equal(["p.image", ["p.image"]]);
    expect(found({ picture: "a", image: "a" }).map(({ meant }) => meant)).to.deep.equal([undefined]);
  });

  it("compares only the first unknown keys of an object with the known ones", () => {
    const many = Object.fromEntries([..."abcdefghjklmnopqrstuv"].map((letter) => [`${letter}mage`, 1]));
    const hints = found({ image: "a", ...many }).map(({ near }) => near);
    expect(hints.slice(0, 20)).to.deep.equal(Array(20).fill("image"));
    expect(hints[20]).to.equal(undefined);
  });

  it("never tells a value that may be a secret", () => {
    expect(found({ image: 12345 }).map(({ message }) => message)).to.deep.equal(["is a number, a string is required"]);
  });
});
