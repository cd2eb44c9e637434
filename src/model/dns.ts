/** Names as the API server checks them (kubernetes/apimachinery: pkg/util/validation). */

export const isDnsLabel = (text: string): boolean =>
  text.length <= 63 && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(text);

/** The name of a Service: a label that begins with a letter. */
export const isServiceName = (text: string): boolean => isDnsLabel(text) && /^[a-z]/.test(text);

export const isDnsSubdomain = (text: string): boolean => text.length <= 253 && text.split(".").every(isDnsLabel);

/** The name of a container port: the name of an IANA service. */
export const isPortName = (text: string): boolean =>
  text.length <= 15 && isDnsLabel(text) && /[a-z]/.test(text) && !text.includes("--");

const isWord = (text: string): boolean => text.length <= 63 && /^[A-Za-z0-9](?:[-\w.]*[A-Za-z0-9])?$/.test(text);

export const isLabelValue = (text: string): boolean => text === "" || isWord(text);

/** The key of a label or annotation: a word, or `<DNS subdomain>/<word>`. */
export function isLabelKey(text: string): boolean {
  const slash = text.indexOf("/");
  return slash < 0 ? isWord(text) : isDnsSubdomain(text.slice(0, slash)) && isWord(text.slice(slash + 1));
}
