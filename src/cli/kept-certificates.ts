import type { Api } from "../cluster/api.ts";
import { backOff, type Clock, systemClock } from "../cluster/clock.ts";
import { resources } from "../cluster/resources.ts";
import { type KindWatch, type WatchOptions, watchKind } from "../cluster/watch.ts";
import {
  configurationName,
  configurations,
  isTrustedBy,
  type KeptPlace,
  keepCertificates,
} from "../install/keep-certificates.ts";
import type { Certificates } from "../install/make-certificates.ts";
import { type Certificate, type CertificateListener, type CertificateSource, certificateOf } from "../server/tls.ts";

export interface KeptOptions {
  readonly api: Api;
  readonly place: KeptPlace;
  onFault(error: unknown): void;
  readonly clock?: Clock;
}

/** The certificates of the Secret, followed until they are stopped. The key is in memory alone. */
export async function keptCertificates({ clock = systemClock, ...options }: KeptOptions): Promise<KeptCertificates> {
  const kept = await keepCertificates(options.api, options.place, clock.date());
  return new KeptCertificates({ ...options, clock }, kept);
}

/** Watches tell of what others do; this finds the end of a certificate, and what no watch told. */
const lookEvery = 60_000;
/** An API server may hear of an authority only after us. */
const trustedAfter = 10_000;

export class KeptCertificates implements CertificateSource {
  private readonly options: Required<KeptOptions>;
  private readonly watches: readonly KindWatch[];
  private kept: Certificates;
  private listener: CertificateListener | undefined;
  private isLooking = false;
  /** Something happened during a look. */
  private isDue = false;
  private isStopped = false;
  private failures = 0;
  private cancelLook = () => {};
  private cancelChange = () => {};

  constructor(options: Required<KeptOptions>, kept: Certificates) {
    this.options = options;
    this.kept = kept;
    const { namespace, secret } = options.place;
    this.watches = [
      this.follow({ resource: resources.Secret, namespace, fieldSelector: `metadata.name=${secret}` }),
      ...configurations.map((resource) =>
        this.follow({ resource, fieldSelector: `metadata.name=${configurationName}` }),
      ),
    ];
    this.schedule(lookEvery);
  }

  async load(): Promise<Certificate> {
    return this.certificate();
  }

  watch(current: Certificate, listener: CertificateListener): () => void {
    this.listener = listener;
    if (current.cert !== this.kept.cert) this.changeAfter(0);
    return () => {
      this.listener = undefined;
    };
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.cancelLook();
    this.cancelChange();
    await Promise.all(this.watches.map((watch) => watch.stop()));
  }

  /** What is watched is a reason to look, and nothing of it is kept. */
  private follow(selection: Pick<WatchOptions, "resource" | "namespace" | "fieldSelector">): KindWatch {
    const { api, clock, onFault } = this.options;
    const project = () => ({});
    return watchKind({ ...selection, api, clock, onFault, project, onChange: () => this.look() });
  }

  private schedule(milliseconds: number): void {
    this.cancelLook();
    if (!this.isStopped) this.cancelLook = this.options.clock.after(milliseconds, () => this.look());
  }

  private look(): void {
    this.isDue = true;
    if (!this.isLooking) void this.lookWhileDue();
  }

  private async lookWhileDue(): Promise<void> {
    this.isLooking = true;
    while (this.isDue && !this.isStopped) {
      this.isDue = false;
      this.schedule(await this.turn());
    }
    this.isLooking = false;
  }

  /** Milliseconds until the next one. */
  private async turn(): Promise<number> {
    const { api, place, clock, onFault } = this.options;
    try {
      this.take(await keepCertificates(api, place, clock.date(), this.kept));
      this.failures = 0;
      return lookEvery;
    } catch (error) {
      if (!this.isStopped) onFault(error);
      return backOff(clock, this.failures++, 1000, lookEvery);
    }
  }

  /** As long as the certificate before is trusted too, it is the safer one. */
  private take(next: Certificates): void {
    const before = this.kept;
    this.kept = next;
    if (next.cert !== before.cert) this.changeAfter(isTrustedBy(next, before) ? trustedAfter : 0);
  }

  private changeAfter(milliseconds: number): void {
    this.cancelChange();
    if (!this.isStopped) this.cancelChange = this.options.clock.after(milliseconds, () => this.change());
  }

  private change(): void {
    try {
      this.listener?.changed(this.certificate());
    } catch (error) {
      this.listener?.failed(error instanceof Error ? error.message : String(error));
    }
  }

  private certificate(): Certificate {
    const { secret } = this.options.place;
    const origin = { cert: `tls.crt of the Secret ${secret}`, key: `tls.key of the Secret ${secret}` };
    return certificateOf(origin, this.kept.cert, this.kept.key);
  }
}
