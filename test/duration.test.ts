import { expect } from "chai";
import fc from "fast-check";
import { parseDuration } from "../src/model/duration.ts";
import { parseTime } from "../src/model/time.ts";

describe("durations", () => {
  const good: Record<string, number> = {
    "0": 0,
    "0s": 0,
    "30s": 30,
    "5m": 300,
    "1h30m": 5400,
    "1.5s": 1.5,
    ".5m": 30,
    "1.h": 3600,
    "100ms": 0.1,
    "3us": 3e-6,
    "3µs": 3e-6,
    "1ns": 1e-9,
    "0.1ns": 0,
    "-5s": -5,
    "+5s": 5,
    "1m1m": 120,
    "2540400h": 9145440000,
  };
  for (const [text, seconds] of Object.entries(good)) {
    it(`reads ${text}`, () => expect(parseDuration(text)).to.equal(seconds));
  }

  const bad = [
    "",
    "+",
    "-",
    "5",
    "1d",
    "1min",
    "s",
    ".s",
    "1 s",
    " 1s",
    "1s ",
    "--1s",
    "1S",
    "1e3s",
    "9999999h",
    "五s",
  ];
  for (const text of bad) {
    it(`does not read ${JSON.stringify(text)}`, () => expect(parseDuration(text)).to.equal(undefined));
  }

  it("takes no longer for hostile text", () => {
    expect(parseDuration("1".repeat(500_000))).to.equal(undefined);
    expect(parseDuration(`${"1.1s".repeat(100_000)}x`)).to.equal(undefined);
  }).timeout(20_000);
});

describe("times", () => {
  it("agree with the calendar of the machine", () => {
    const times = fc.date({ min: new Date(-62e12), max: new Date(253402300799000), noInvalidDate: true });
    fc.assert(
      fc.property(times, (date) => {
        expect(parseTime(date.toISOString())).to.be.closeTo(date.getTime() / 1000, 1e-3);
      }),
    );
  });

  it("know offsets and fractions", () => {
    expect(parseTime("1970-01-01T01:00:00+01:00")).to.equal(0);
    expect(parseTime("1969-12-31T23:30:00.25-00:30")).to.equal(0.25);
    expect(parseTime("2024-02-29T00:00:00Z")).to.equal(1709164800);
  });

  const bad = [
    "",
    "now",
    "2024-01-01",
    "2024-01-01T00:00:00",
    "2024-01-01 00:00:00Z",
    "2023-02-29T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-00-01T00:00:00Z",
    "2024-01-32T00:00:00Z",
    "2024-01-01T24:00:00Z",
    "2024-01-01T00:60:00Z",
    "2024-01-01T00:00:60Z",
    "2024-01-01T00:00:00+24:00",
    "2024-01-01t00:00:00z",
  ];
  for (const text of bad) {
    it(`does not read ${JSON.stringify(text)}`, () => expect(parseTime(text)).to.equal(undefined));
  }
});
