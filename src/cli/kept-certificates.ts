import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Api } from "../cluster/api.ts";
import { type KeptPlace, keepCertificates } from "../install/keep-certificates.ts";

/** Files that the server reads again when they change. */
export interface KeptFiles {
  readonly cert: string;
  readonly key: string;
  stop(): void;
}

/** Another replica may have renewed them, or somebody the webhook configuration. */
const lookEvery = 60_000;

/** The certificates of the Secret as files of this process, followed until it ends. */
export async function keptCertificates(
  api: Api,
  place: KeptPlace,
  onFault: (error: unknown) => void,
): Promise<KeptFiles> {
  const folder = mkdtempSync(join(tmpdir(), "rollguard-certs-"));
  const [cert, key] = [join(folder, "tls.crt"), join(folder, "tls.key")];
  let written = "";
  const look = async (): Promise<void> => {
    const kept = await keepCertificates(api, place, Date.now());
    if (kept.cert === written) return;
    writeFileSync(key, kept.key, { mode: 0o600 });
    writeFileSync(cert, kept.cert);
    written = kept.cert;
  };
  await look();
  const timer = setInterval(() => void look().catch(onFault), lookEvery).unref();
  return {
    cert,
    key,
    stop: () => {
      clearInterval(timer);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
