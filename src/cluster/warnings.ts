/**
 * The texts of `Warning` headers (RFC 9111 5.5; kubernetes/apimachinery: pkg/util/net/http.go): `299 - "text"`. Node gives
 * the bytes of a header as if each were a character, and they are UTF-8.
 */
export const warningsIn = (headers: readonly string[]): readonly string[] =>
  headers.flatMap((header) =>
    [...Buffer.from(header, "latin1").toString("utf8").matchAll(warning)].map(([, text = ""]) =>
      text.replace(/\\(.)/g, "$1"),
    ),
  );

const warning = /299 \S+ "((?:[^"\\]|\\.)*)"/g;
