/**
 * Numbers as kubectl reads them, whose YAML is neither 1.1 nor 1.2 (go.yaml.in/yaml/v2: resolve.go, behind
 * sigs.k8s.io/yaml): `0o17` and `017` are 15, `1_000` is 1000, `1e3` is 1000, and `22:30` is a string.
 */
const integer = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const special: Readonly<Record<string, number>> = {
  ".nan": Number.NaN,
  ".inf": Number.POSITIVE_INFINITY,
  "+.inf": Number.POSITIVE_INFINITY,
  "-.inf": Number.NEGATIVE_INFINITY,
};

/** Underscores may stand anywhere in a number, except in one that begins with a point. */
const plainOf = (source: string): string => (source.startsWith(".") ? source : source.replaceAll("_", ""));

/** The integer that a plain scalar is; undefined where it is none. */
export function readInteger(source: string): number | undefined {
  const plain = plainOf(source);
  if (!integer.test(plain)) return undefined;
  const digits = plain.replace(/^[-+]/, "").replace(/^0(?=[0-7]+$)/, "0o");
  const size = Number(digits);
  // What 64 bits do not hold is left to be a float, where it looks like one.
  if (digits.startsWith("0") && size >= 2 ** 64) return undefined;
  return plain.startsWith("-") ? 0 - size : size;
}

/** The other number that a plain scalar is; undefined where it is none, or larger than any. */
export function readFloat(source: string): number | undefined {
  if (/^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/.test(source)) return special[source.toLowerCase()];
  const plain = plainOf(source);
  const number = float.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
