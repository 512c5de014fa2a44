// An outside issuer behind the port: what it answers is held to what was asked, remembered before it counts, and only then confirmed.
import type { Clock, EpochMs } from '../../base/clock.ts';
import { Problem } from '../../base/problem.ts';
import {
  type Certificate,
  type CertificationRequest,
  provesPossession,
  readCertificate,
  readCsr,
} from '../../base/x509/index.ts';
import { type IssuedCheck, issuedChecks, namedAnother } from './issued-checks.ts';
import type { CertificateIssuer, CertificateWish, IssuerAnswer, RevocationAnswer } from './ports.ts';

/** What an issuer's own protocol answers. `memo` is what the adapter needs to go on: it keeps nothing itself. */
export type OutsideAnswer =
  /** With a memo, it counts at the issuer only when it is confirmed. */
  | { readonly kind: 'issued'; readonly certificate: Uint8Array; readonly memo?: string | undefined }
  | { readonly kind: 'pending'; readonly retryAfterSeconds: number; readonly memo?: string | undefined }
  | { readonly kind: 'refused'; readonly reason: string };

/** Port: one outside issuer. Each method throws a `Problem` while it cannot be reached or makes no sense. */
export interface OutsideIssuer {
  /** Asks, or with the memo of a pending answer asks again. */
  readonly submit: (wish: CertificateWish, memo: string | undefined) => Promise<OutsideAnswer>;
  /** Takes or leaves a certificate. `gone`: the issuer no longer knows of it, and may have withdrawn it. */
  readonly confirm?: (memo: string, certificate: Certificate, taken: boolean) => Promise<'done' | 'gone'>;
  readonly revoke: CertificateIssuer['revoke'];
  readonly release: CertificateIssuer['release'];
}

/** How far an order has come at its issuer. */
export interface OutsideOrder {
  readonly memo?: string | undefined;
  readonly certificate?: Uint8Array | undefined;
  /** Do not ask again before. */
  readonly notBefore?: EpochMs | undefined;
}

/** Port: survives a kill at any point. Undefined forgets. */
export interface OutsideOrders {
  readonly load: (order: string) => Promise<OutsideOrder | undefined>;
  readonly save: (order: string, state: OutsideOrder | undefined) => Promise<void>;
}

export interface OutsideIssuerParts {
  /** In the catalogue; what operators read. */
  readonly id: string;
  readonly issuer: OutsideIssuer;
  /** The certificate of the CA that signs, DER. */
  readonly signer: Uint8Array;
  readonly orders: OutsideOrders;
  readonly clock: Clock;
}

const longestWaitSeconds = 86_400;
const reasonLength = 250;

/** The issuer behind the port of ordering. `checks` are an argument for the tests that leave one out. */
export function outsideIssuer(
  parts: OutsideIssuerParts,
  checks: readonly IssuedCheck[] = issuedChecks,
): CertificateIssuer {
  const { id, issuer, orders, clock } = parts;
  const away = (detail: string) =>
    new Problem({ kind: 'unavailable', code: 'unavailable', detail: `certificate issuer ${id}: ${detail}` });
  const signerReading = readCertificate(Buffer.from(parts.signer));
  if (!signerReading.ok) throw away(`its own certificate cannot be read (${signerReading.reason})`);
  const signer = signerReading.certificate;
  const refused = (reason: string) => ({ kind: 'refused', reason: reason.slice(0, reasonLength) }) as const;

  /** Gets rid of a certificate that is not taken; true when somebody must do it at the issuer. */
  async function leave(wish: CertificateWish, certificate: Certificate, memo: string | undefined): Promise<boolean> {
    if (memo !== undefined && issuer.confirm && (await issuer.confirm(memo, certificate, false)) === 'done')
      return false;
    return (await issuer.revoke(certificate.serial, 'mistake', wish.reference)).kind === 'byHand';
  }

  async function take(wish: CertificateWish, der: Uint8Array, memo: string | undefined): Promise<IssuerAnswer> {
    const reading = readCertificate(Buffer.from(der));
    if (!reading.ok) throw away(`answered a certificate that cannot be read (${reading.reason})`);
    if (memo !== undefined && issuer.confirm) {
      if ((await issuer.confirm(memo, reading.certificate, true)) === 'gone') {
        // It may have withdrawn it or not: it is withdrawn now, and the next try asks for another.
        await issuer.revoke(reading.certificate.serial, 'mistake', wish.reference);
        await orders.save(wish.order, undefined);
        throw away('no longer knows of a certificate that was to be confirmed; another is asked for');
      }
      await orders.save(wish.order, { certificate: der });
    }
    return { kind: 'issued', certificate: der };
  }

  /** A new certificate: kept when it is what was asked for, and got rid of when it is not. */
  async function judge(
    wish: CertificateWish,
    request: CertificationRequest,
    { certificate: der, memo }: Extract<OutsideAnswer, { kind: 'issued' }>,
  ): Promise<IssuerAnswer> {
    const reading = readCertificate(Buffer.from(der));
    if (!reading.ok) throw away(`answered a certificate that cannot be read (${reading.reason})`);
    const { certificate } = reading;
    const facts = { certificate, request, signer, wish, now: clock() };
    const fault = checks.find(({ test }) => !test(facts));
    if (fault !== undefined) {
      const byHand = await leave(wish, certificate, memo);
      const refusal = refused(`${id} made another certificate than was asked for: ${fault.says}`);
      return byHand ? { ...refusal, byHand: [certificate.serial] } : refusal;
    }
    // Before it is confirmed: a kill between here and there finds it again.
    await orders.save(wish.order, { certificate: der, memo });
    return take(wish, der, memo);
  }

  async function wait(
    wish: CertificateWish,
    { retryAfterSeconds, memo }: Extract<OutsideAnswer, { kind: 'pending' }>,
  ): Promise<IssuerAnswer> {
    const seconds = Math.min(longestWaitSeconds, Math.max(1, Math.ceil(retryAfterSeconds)));
    await orders.save(wish.order, { memo, notBefore: clock() + seconds * 1000 });
    return { kind: 'pending', retryAfterSeconds: seconds };
  }

  return {
    async submit(wish) {
      const request = readCsr(Buffer.from(wish.request));
      if (!request.ok) return refused(`the request cannot be read: ${request.reason}`);
      if (!provesPossession(request.csr)) return refused('the request is not signed by its own key');
      const other = namedAnother(request.csr.subject, [], wish.holder);
      if (other !== undefined) return refused(`the request names another holder (${other})`);

      const known = await orders.load(wish.order);
      if (known?.certificate !== undefined) return take(wish, known.certificate, known.memo);
      const waitMs = (known?.notBefore ?? 0) - clock();
      if (waitMs > 0) return { kind: 'pending', retryAfterSeconds: Math.ceil(waitMs / 1000) };

      const answer = await issuer.submit(wish, known?.memo);
      if (answer.kind === 'pending') return wait(wish, answer);
      if (answer.kind === 'issued') return judge(wish, request.csr, answer);
      await orders.save(wish.order, undefined);
      return refused(answer.reason);
    },
    revoke: issuer.revoke,
    release: issuer.release,
  };
}

/** What an issuer without any way of revocation answers. */
export const revokedByHand = async (
  _serial: string,
  why: Parameters<CertificateIssuer['revoke']>[1],
): Promise<RevocationAnswer> => ({ kind: why === 'hold' ? 'hubOnly' : 'byHand' });
