/** What a cluster is, as far as anything depends on it. */
export interface Platform {
  /** What the API server calls itself: `v1.36.3`. */
  readonly kubernetes: string;
  /** The versions of networking.istio.io that it serves; none where Istio is not installed. */
  readonly istio: readonly string[];
}

const oldest = { major: 1, minor: 30 };

/**
 * What of a cluster is too old to roll anything out on it. A cluster without Istio is none: rules refuse what needs it. An
 * API server whose name tells no version is taken for one of today.
 */
export function platformFaults({ kubernetes, istio }: Platform): readonly string[] {
  const [, major = oldest.major, minor = oldest.minor] = /^v?(\d+)\.(\d+)/.exec(kubernetes)?.map(Number) ?? [];
  const isOld = major < oldest.major || (major === oldest.major && minor < oldest.minor);
  const served = istio.join(", ");
  return [
    ...(isOld ? [`Kubernetes is ${kubernetes}, 1.30 or newer is needed: pods sleep before they stop`] : []),
    ...(istio.length > 0 && !istio.includes("v1")
      ? [`networking.istio.io is served as ${served}, v1 is needed: Istio 1.22 or newer`]
      : []),
  ];
}
