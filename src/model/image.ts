/** An image reference in its parts (distribution/reference: reference.go), with the defaults that a container runtime fills in. */
export interface Image {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** The parts of an image reference, or undefined where the text is none. */
export function readImage(text: string): Image | undefined {
  if (text.length > 512) return undefined;
  const parts = /^([^@\s]+?)(?::(\w[\w.-]{0,127}))?(?:@([A-Za-z][\w.+-]*:[0-9a-fA-F]{32,128}))?$/.exec(text);
  const name = parts?.[1] ?? "";
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  const hasRegistry = /[.:A-Z]/.test(first) || first === "localhost";
  const path = hasRegistry ? name.slice(slash + 1) : name;
  if (name.length > 255 || (hasRegistry && !isRegistry(first))) return undefined;
  if (!path.split("/").every(isPathComponent) || !isDigest(parts?.[3]) || /^[0-9a-f]{64}$/.test(text)) return undefined;
  const registry = hasRegistry ? first.toLowerCase() : "docker.io";
  return {
    registry,
    repository: registry === "docker.io" && !path.includes("/") ? `library/${path}` : path,
    tag: parts?.[2],
    digest: parts?.[3],
  };
}

function isRegistry(text: string): boolean {
  const parts = /^(?:\[[0-9a-fA-F:]+\]|([^:[\]]+))(?::\d{1,5})?$/.exec(text);
  return (
    parts !== null &&
    (parts[1] ?? "v6").split(".").every((label) => /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(label))
  );
}

/** Lower-case words between separators: one dot, one or two underscores, or any number of dashes. */
const isPathComponent = (text: string): boolean =>
  /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/.test(text) && !/\.[._-]|[_-]\.|-_|_-|___/.test(text);

function isDigest(digest: string | undefined): boolean {
  if (!digest?.startsWith("sha")) return true;
  return /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/.test(digest);
}
