/** Whether a text is an IPv4 address; leading zeros are taken, as the API server does (kubernetes/utils: ParseIPSloppy). */
const isIpv4 = (text: string): boolean =>
  /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) && text.split(".").every((part) => Number(part) <= 255);

/** Whether a text is an IPv6 address (RFC 4291), without a zone. */
function isIpv6(text: string): boolean {
  const tail = /(?:^|:)(\d[\d.]*\.\d+)$/.exec(text)?.[1];
  if (tail !== undefined && !isIpv4(tail)) return false;
  const groups = tail === undefined ? text : `${text.slice(0, -tail.length)}0:0`;
  const halves = groups.split("::");
  const words = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  if (!words.every((word) => /^[0-9a-fA-F]{1,4}$/.test(word))) return false;
  return halves.length === 1 ? words.length === 8 : halves.length === 2 && words.length <= 7;
}

export const isIp = (text: string): boolean => isIpv4(text) || isIpv6(text);
