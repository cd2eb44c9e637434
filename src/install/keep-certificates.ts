import { X509Certificate } from "node:crypto";
import { type Api, ApiError } from "../cluster/api.ts";
import { resources } from "../cluster/resources.ts";
import { create, read, replace } from "../cluster/writes.ts";
import { asList, asObject, asText, at, own } from "../model/json.ts";
import type { KubeObject } from "../model/world.ts";
import { type Certificates, makeCertificates } from "./make-certificates.ts";
import { place as installed, labels } from "./place.ts";

const days = 365;
/** Long before the end, so that a cluster that was off for weeks still starts. */
const renewBefore = 60 * 24 * 60 * 60 * 1000;

/** Where certificates are kept, and which names they are for. */
export interface KeptPlace {
  readonly namespace: string;
  readonly secret: string;
  readonly names: readonly string[];
}

/**
 * The certificates of this installation, from its Secret: made there by the first process that needs them, renewed in time.
 * The webhook configurations trust the authority before it is used, and the one before it for as long as anybody has it: the
 * one of the Secret, or where that was deleted, of what this process `serves`. `now` is in milliseconds since the epoch.
 */
export async function keepCertificates(
  api: Api,
  place: KeptPlace,
  now: number,
  serves?: Certificates,
): Promise<Certificates> {
  for (;;) {
    try {
      const kept = await secretOf(api, place, now, serves);
      await trust(api, kept.ca);
      return kept;
    } catch (error) {
      // Another replica was faster: what it made is as good.
      if (!(error instanceof ApiError && error.isConflict)) throw error;
    }
  }
}

/** Whether who trusts the authorities of the next certificate trusts the one before, too. */
export const isTrustedBy = (next: Certificates, before: Certificates): boolean => next.ca.includes(newestOf(before.ca));

async function secretOf(
  api: Api,
  place: KeptPlace,
  now: number,
  serves: Certificates | undefined,
): Promise<Certificates> {
  const { namespace, secret: name, names } = place;
  const secret = await read(api, resources.Secret, namespace, name);
  const known = secret && certificatesIn(secret);
  if (known && endOf(known.cert) - now > renewBefore) return known;
  const made = await makeCertificates({ names, days });
  const before = known ?? serves;
  const certificates = before ? { ...made, ca: made.ca + newestOf(before.ca) } : made;
  const data = { "ca.crt": certificates.ca, "tls.crt": certificates.cert, "tls.key": certificates.key };
  const object = secretObject(place, data);
  if (secret) await replace(api, { ...object, metadata: asObject(own(secret, "metadata")) });
  else await create(api, object);
  return certificates;
}

const secretObject = ({ namespace, secret }: KeptPlace, data: Readonly<Record<string, string>>): KubeObject => ({
  apiVersion: "v1",
  kind: "Secret",
  type: "kubernetes.io/tls",
  metadata: { name: secret, namespace, labels },
  data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString("base64")])),
});

function certificatesIn(secret: KubeObject): Certificates | undefined {
  const [ca, cert, key] = ["ca.crt", "tls.crt", "tls.key"].map((name) =>
    Buffer.from(asText(at(secret, "data", name)) ?? "", "base64").toString("utf8"),
  );
  return ca && cert && key ? { ca, cert, key } : undefined;
}

const endOf = (pem: string): number => Date.parse(new X509Certificate(pem).validTo);

/** The newest of a bundle, which is the first. */
const newestOf = (bundle: string): string => `${bundle.split(end, 1)[0]}${end}\n`;
const end = "-----END CERTIFICATE-----";

/** Whose clients trust the authority. */
export const configurations = [
  resources.MutatingWebhookConfiguration,
  resources.ValidatingWebhookConfiguration,
] as const;
export const configurationName = installed.name;

/** Fills the authority into every webhook of ours. Where there is no such configuration, nothing calls us. */
async function trust(api: Api, ca: string): Promise<void> {
  const caBundle = Buffer.from(ca).toString("base64");
  for (const resource of configurations) {
    const configuration = await read(api, resource, "", configurationName);
    const webhooks = asList(own(configuration, "webhooks"));
    if (!configuration || webhooks.every((webhook) => at(webhook, "clientConfig", "caBundle") === caBundle)) continue;
    const trusting = webhooks.map((webhook) => ({
      ...asObject(webhook),
      clientConfig: { ...asObject(own(webhook, "clientConfig")), caBundle },
    }));
    await replace(api, { ...configuration, webhooks: trusting });
  }
}
