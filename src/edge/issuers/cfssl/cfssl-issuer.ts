// An outside CA by the API of CFSSL 1.2: asks with an HMAC over the request, chooses the serial number, revokes in its database.
import { createHash, createHmac } from 'node:crypto';
import { Problem } from '../../../base/problem.ts';
import type { Secret } from '../../../base/secret.ts';
import { pemBlocks, readCertificate, toPem } from '../../../base/x509/index.ts';
import {
  type CertificateWish,
  issuerWords,
  type OutsideAnswer,
  type OutsideIssuer,
  type RevocationReason,
  revocationReason,
} from '../../../core/ordering/index.ts';

/** Port: one POST of JSON over TLS; a redirect is an answer; rejects on anything but a whole one in bounds. */
export type AskCfssl = (url: string, body: string) => Promise<{ readonly status: number; readonly body: Buffer }>;

export interface CfsslSettings {
  /** For example `https://ca.example:8888`. */
  readonly address: string;
  /** The certificate of the CA that signs, DER. */
  readonly signer: Uint8Array;
  /** The `auth_keys` entry of its profile, hexadecimal. */
  readonly authKey: Secret<string>;
}

type Told =
  | { readonly ok: true; readonly result: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly code: number; readonly message: string };

const away = (detail: string, cause?: unknown): Problem =>
  new Problem({ kind: 'unavailable', code: 'unavailable', detail: `CFSSL: ${detail}`, cause });

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function readTold(status: number, body: Buffer): Told {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw away(`status ${status} and no JSON`, cause);
  }
  if (!isRecord(value)) throw away('another answer than its API makes');
  if (status === 200 && value['success'] === true && isRecord(value['result']))
    return { ok: true, result: value['result'] };
  const [first] = Array.isArray(value['errors']) ? (value['errors'] as unknown[]) : [];
  if (status < 400 || status >= 500 || !isRecord(first) || typeof first['code'] !== 'number')
    throw away(`status ${status} and no reason`);
  return { ok: false, code: first['code'], message: issuerWords(String(first['message'])) };
}

/** Its codes (cfssl/errors): 9000s a bad request for a certificate; 11000 the database took no record, 11200 found none. */
const aboutRequest = (code: number): boolean => code >= 9000 && code < 10_000;
const notRecorded = 11_000;
const notFound = 11_200;
/** Answers that may get lost for one order before a human must look. */
const mostLost = 5;

/** What CFSSL can say of a holder; the rest of the fields it does not know. */
const subjectOf = ({ commonName, country, organization, serialNumber }: CertificateWish['holder']) => ({
  CN: commonName ?? '',
  names: [
    { ...(country === undefined ? {} : { C: country }), ...(organization === undefined ? {} : { O: organization }) },
  ],
  ...(serialNumber === undefined ? {} : { serialnumber: serialNumber }),
});

/** The issuer at the other end of `ask`. */
export function cfsslIssuer({ address, signer, authKey }: CfsslSettings, ask: AskCfssl): OutsideIssuer {
  const reading = readCertificate(Buffer.from(signer));
  const signerKeyId = reading.ok ? (reading.certificate.subjectKeyId ?? '') : '';

  async function told(method: string, message: string): Promise<Told> {
    let answer: Awaited<ReturnType<AskCfssl>>;
    try {
      answer = await ask(`${address}/api/v1/cfssl/${method}`, message);
    } catch (cause) {
      throw away(cause instanceof Error ? cause.message : 'no whole answer', cause);
    }
    return readTold(answer.status, answer.body);
  }

  /** 127 bits that are the order's own: asked twice, its database refuses the second (its primary key). */
  const serialOf = (order: string, attempt: number): string => {
    const octets = createHash('sha256').update(signer).update(`\n${order}\n${attempt}`).digest().subarray(0, 16);
    octets[0] = ((octets[0] as number) & 0x3f) | 0x40;
    return octets.toString('hex');
  };

  function sign(wish: CertificateWish, serial: string): Promise<Told> {
    const { email } = wish.holder;
    const fields = JSON.stringify({
      certificate_request: toPem(Buffer.from(wish.request), 'CERTIFICATE REQUEST'),
      profile: wish.profile,
      subject: subjectOf(wish.holder),
      ...(email === undefined ? {} : { hosts: [email] }),
    });
    // A number of 39 digits, which JSON.stringify cannot write.
    const request = Buffer.from(`${fields.slice(0, -1)},"serial":${BigInt(`0x${serial}`)}}`);
    const token = createHmac('sha256', Buffer.from(authKey.reveal(), 'hex')).update(request).digest('base64');
    return told('authsign', JSON.stringify({ token, request: request.toString('base64') }));
  }

  /** False: there is no such certificate. */
  async function revoke(serial: string, reason: RevocationReason): Promise<boolean> {
    const decimal = BigInt(`0x${serial}`).toString();
    // Debian's build records an empty key identifier, later ones the CA's.
    for (const authority_key_id of [signerKeyId, '']) {
      const answer = await told('revoke', JSON.stringify({ serial: decimal, authority_key_id, reason }));
      if (answer.ok) return true;
      if (answer.code !== notFound) throw away(answer.message);
    }
    return false;
  }

  return {
    async submit(wish): Promise<OutsideAnswer> {
      for (let attempt = 0; attempt < mostLost; attempt++) {
        const serial = serialOf(wish.order, attempt);
        const answer = await sign(wish, serial);
        if (!answer.ok) {
          if (aboutRequest(answer.code)) return { kind: 'refused', reason: answer.message };
          if (answer.code !== notRecorded) throw away(answer.message);
          // It made one before, and the answer was lost: that one is revoked, and never on a card.
          if (!(await revoke(serial, 'superseded'))) throw away(answer.message);
          continue;
        }
        const [certificate] = pemBlocks(String(answer.result['certificate']));
        const made = certificate && readCertificate(certificate);
        if (certificate === undefined || !made?.ok) throw away('no certificate in the answer');
        if (made.certificate.serial === serial) return { kind: 'issued', certificate };
        await revoke(made.certificate.serial, 'superseded');
        return { kind: 'refused', reason: `its profile ${wish.profile} must have ClientProvidesSerialNumbers` };
      }
      throw away(`the answers of ${mostLost} requests were lost`);
    },
    async revoke(serial, why) {
      if (why === 'hold') return { kind: 'hubOnly' };
      // Unknown there: it was never recorded, and what is not recorded is in no list either. A human must look.
      return { kind: (await revoke(serial, revocationReason(why))) ? 'done' : 'byHand' };
    },
    release: async () => ({ kind: 'hubOnly' }),
  };
}
