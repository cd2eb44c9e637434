const powers: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binary: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

/** One, in the unit of `readQuantity`. */
export const one = 10n ** 9n;

/**
 * A quantity in billionths, rounded up as the API server does (kubernetes/apimachinery: pkg/api/resource/quantity.go);
 * undefined where the text is none.
 */
export function readQuantity(text: string): bigint | undefined {
  if (text.length > 32) return undefined;
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d{1,2}))?$/.exec(text);
  if (!parts) return undefined;
  const [, sign, whole = "", fraction = "", binarySuffix, suffix = "", exponent = "0"] = parts;
  if (whole + fraction === "") return undefined;
  const digits = BigInt(whole + fraction) * 2n ** BigInt(binary[binarySuffix ?? ""] ?? 0);
  const power = 9 - fraction.length + (powers[suffix] ?? 0) + Number(exponent);
  const size =
    power >= 0 ? digits * 10n ** BigInt(power) : (digits + 10n ** BigInt(-power) - 1n) / 10n ** BigInt(-power);
  return sign === "-" ? -size : size;
}
