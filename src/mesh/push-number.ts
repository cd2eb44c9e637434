/**
 * Which of its pushes an istiod means: its versions are `<time>/<number>`, and the number grows with every push
 * (istio: pilot/pkg/xds/discovery.go, NextVersion). Undefined where it is none: another istiod than those we know.
 */
export function pushNumber(version: string): number | undefined {
  const digits = /^\d{4}-\d\d-\d\dT[^/]+\/(\d{1,15})$/.exec(version)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

const uuidLength = 36;

/** The push of a nonce, which is a version and a UUID (the same file, nonce). */
export const pushOfNonce = (nonce: string): number | undefined => pushNumber(nonce.slice(0, -uuidLength));
