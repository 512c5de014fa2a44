// An outside CA by Enrollment over Secure Transport (RFC 7030): asks for a certificate, and asks again while somebody there decides.
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../../base/clock.ts';
import { Problem } from '../../../base/problem.ts';
import { readCertsOnly } from '../../../base/x509/index.ts';
import { issuerWords, type OutsideAnswer, type OutsideIssuer, revokedByHand } from '../../../core/ordering/index.ts';

export interface EstAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Port: one request over TLS with the hub's credentials; a redirect is an answer; rejects on anything but a whole one in bounds. */
export type AskEst = (
  method: 'GET' | 'POST',
  url: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
) => Promise<EstAnswer>;

export interface EstSettings {
  /** Up to and with the label, for example `https://ca.example/.well-known/est/cards` (RFC 7030 3.2.2). */
  readonly address: string;
  /** The certificate of the CA that signs, DER. */
  readonly signer: Uint8Array;
  /** Ask for a renewal by its own name (RFC 7030 4.2.2). */
  readonly reenrolls: boolean;
}

const usualWaitSeconds = 300;

const away = (detail: string, cause?: unknown): Problem =>
  new Problem({ kind: 'unavailable', code: 'unavailable', detail: `EST: ${detail}`, cause });

/** Base64 with or without line breaks (RFC 8951 3.1). */
function decoded(body: Buffer): Buffer {
  const text = body.toString('latin1').replace(/[\r\n\t ]+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw away('the answer is not base64');
  return Buffer.from(text, 'base64');
}

function certificatesOf({ headers, body }: EstAnswer): readonly Buffer[] {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/pkcs7-mime') throw away(`the answer is of type ${issuerWords(type ?? '')}`);
  const reading = readCertsOnly(decoded(body));
  if (!reading.ok) throw away(`the answer cannot be read (${reading.reason})`);
  return reading.certificates;
}

/** Seconds of a Retry-After, which may be a date (RFC 9110 10.2.3). */
function waitSeconds(value: string | undefined, now: number): number {
  if (value === undefined) return usualWaitSeconds;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? usualWaitSeconds : Math.max(1, (at - now) / 1000);
}

/** Our own fault or the network's, not the request's: the same request is sent again. */
const notAboutRequest: readonly number[] = [401, 403, 404, 405, 406, 408, 421, 425, 429];

/** The issuer at the other end of `ask`. */
export function estIssuer(settings: EstSettings, ask: AskEst, clock: Clock): OutsideIssuer {
  const { address, signer } = settings;
  const sent = async (...request: Parameters<AskEst>): Promise<EstAnswer> => {
    try {
      return await ask(...request);
    } catch (cause) {
      throw away(cause instanceof Error ? cause.message : 'no whole answer', cause);
    }
  };

  /** Before anything is asked for: a CA that signs with another key now would make what nobody takes. */
  async function signsAsConfigured(): Promise<void> {
    const answer = await sent('GET', `${address}/cacerts`, { accept: 'application/pkcs7-mime' });
    if (answer.status !== 200) throw away(`status ${answer.status} for its authorities`);
    if (!certificatesOf(answer).some((der) => der.equals(signer)))
      throw away('the configured CA is not among its authorities (cacerts): its certificate was changed');
  }

  return {
    async submit({ request, renewal }): Promise<OutsideAnswer> {
      await signsAsConfigured();
      const path = renewal === true && settings.reenrolls ? 'simplereenroll' : 'simpleenroll';
      const headers = {
        'content-type': 'application/pkcs10',
        'content-transfer-encoding': 'base64',
        accept: 'application/pkcs7-mime',
      };
      const answer = await sent('POST', `${address}/${path}`, headers, Buffer.from(request).toString('base64'));
      const { status } = answer;
      if (status === 202)
        return { kind: 'pending', retryAfterSeconds: waitSeconds(answer.headers['retry-after'], clock()) };
      if (status >= 400 && status < 500 && !notAboutRequest.includes(status))
        return { kind: 'refused', reason: issuerWords(answer.body) || `status ${status}` };
      if (status !== 200)
        throw away(status === 401 || status === 403 ? 'our credentials are not accepted' : `status ${status}`);
      // RFC 7030 4.2.3: exactly the certificate; some send those above it too.
      const [certificate] = certificatesOf(answer);
      if (certificate === undefined) throw away('no certificate in the answer');
      return { kind: 'issued', certificate };
    },
    revoke: revokedByHand,
    release: async () => ({ kind: 'hubOnly' }),
  };
}
