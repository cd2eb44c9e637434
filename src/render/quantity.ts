import { one, readQuantity } from "../model/quantity.ts";

const decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const exponents = ["e-9", "e-6", "e-3", "", "e3", "e6", "e9", "e12", "e15", "e18"];
const binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/**
 * A quantity as the API server stores it (kubernetes/apimachinery: pkg/api/resource/quantity.go, CanonicalizeBytes):
 * `0.5` is stored as `500m`, and a rendered `0.5` would look edited for ever.
 */
export function canonicalQuantity(text: string): string {
  const billionths = readQuantity(text);
  if (billionths === undefined) return text;
  if (billionths === 0n) return "0";
  const sign = billionths < 0n ? "-" : "";
  const size = billionths < 0n ? -billionths : billionths;
  if (text.endsWith("i") && size >= 1024n * one && size % one === 0n) return sign + shortest(size / one, 1024n, binary);
  return sign + shortest(size, 1000n, /[eE][+-]?\d+$/.test(text) ? exponents : decimal);
}

/** The largest unit that leaves no fraction. */
function shortest(size: bigint, base: bigint, units: readonly string[]): string {
  const [unit = "", ...larger] = units;
  return size % base === 0n && larger.length > 0 ? shortest(size / base, base, larger) : `${size}${unit}`;
}
