/** Codes of the catalogue that no rule holds, and why. */
export const leftOut: Readonly<Record<string, string>> = {
  F01: "held by admission: an object that is being deleted always passes",
  F02: "held by admission: an update that leaves the spec as it is skips the rules about it",
  F03: "a mutation: name-steps",
  F04: "held everywhere: defaults are computed when they are read and never stored",
  F05: "replaced: a look-up that cannot be answered is HTTP 503, so that the cluster's failurePolicy decides",
  T03: "dropped: canary-traffic may stand with istio-gateway, whose route carries the weights too",
  T14: "left to policies: not every team needs readiness probes",
  M05: "void: identity annotations are refused outright (M06)",
  M12: "void: Rollguard has no finalizer that could be removed",
};
