// Wires the issuers of certificates: which one a card profile names, how each kind is asked, and with what we prove ourselves.
import { createPrivateKey, randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { Clock } from '../../../base/clock.ts';
import { Problem } from '../../../base/problem.ts';
import { type Keyring, open } from '../../../base/sealing/index.ts';
import { Secret } from '../../../base/secret.ts';
import { pemBlocks, readCertificate } from '../../../base/x509/index.ts';
import { type CertificateIssuerKind, type OutsideCertificateIssuer, ownIssuer } from '../../../core/catalogue/index.ts';
import { type CertificateIssuer, type OutsideIssuer, outsideIssuer } from '../../../core/ordering/index.ts';
import { cfsslIssuer } from '../../../edge/issuers/cfssl/index.ts';
import { cmpIssuer, passwordProtection, signatureProtection } from '../../../edge/issuers/cmp/index.ts';
import { estIssuer } from '../../../edge/issuers/est/index.ts';
import { type BoundedAnswer, boundedRequest } from '../../../edge/outgoing/http/index.ts';
import { issuerOrders } from '../../../edge/store/hub/issuer-orders.ts';
import { issuerKeyPurpose, issuerSecretPurpose } from '../sealing.ts';

export interface CertificateIssuersParts {
  readonly pool: pg.Pool;
  readonly keyring: Keyring;
  readonly clock: Clock;
  /** Records of the catalogue as it is now. */
  readonly records: () => ReadonlyMap<string, OutsideCertificateIssuer>;
  /** The hub's own authority; none: cards that it would sign wait. */
  readonly own: CertificateIssuer | undefined;
  /** PEM of authorities that are trusted beside the system's; absent = the system's. */
  readonly authorities: readonly string[] | undefined;
}

/** A chain of ten large certificates, in base64. */
const mostBytes = 256 * 1024;

/** What an adapter is made of: the record, its secrets opened, and the way there. */
interface Opened {
  readonly record: OutsideCertificateIssuer;
  readonly signer: Buffer;
  readonly client: { readonly cert: string; readonly key: string } | undefined;
  readonly secret: Secret<string> | undefined;
  readonly clock: Clock;
  readonly send: (
    method: 'GET' | 'POST',
    url: string,
    headers: Readonly<Record<string, string>>,
    body?: string | Buffer,
  ) => Promise<BoundedAnswer>;
}

const missing = (id: string, what: string): Problem =>
  new Problem({ kind: 'unavailable', code: 'unavailable', detail: `certificate issuer ${id}: ${what}` });

function secretOf({ record, secret }: Opened): Secret<string> {
  if (secret === undefined) throw missing(record.id, 'its record has no shared secret');
  return secret;
}

/** Kind -> adapter. A new kind is a line here, and its name in the catalogue. */
const adapters: Readonly<Record<CertificateIssuerKind, (opened: Opened) => OutsideIssuer>> = {
  est({ record, signer, secret, send, clock }) {
    // RFC 7030 3.2.3: what TLS does not show, HTTP does.
    const authorization =
      secret && `Basic ${Buffer.from(`${record.shared?.user}:${secret.reveal()}`).toString('base64')}`;
    const { address, reenrolls } = record;
    return estIssuer(
      { address, signer, reenrolls },
      (method, url, headers, body) =>
        send(method, url, { ...headers, ...(authorization === undefined ? {} : { authorization }) }, body),
      clock,
    );
  },
  cmp(opened) {
    const { record, signer, send } = opened;
    const protection =
      record.shared === undefined ? signing(opened) : passwordProtection(record.shared.user, secretOf(opened));
    return cmpIssuer(
      { address: record.address, signer, holds: record.holds },
      {
        ask: async (url, message) => {
          const { status, headers, body } = await send('POST', url, { 'content-type': 'application/pkixcmp' }, message);
          return { status, contentType: headers['content-type'] ?? '', body };
        },
        protection,
        random: randomBytes,
      },
    );
  },
  cfssl: (opened) =>
    cfsslIssuer({ address: opened.record.address, signer: opened.signer, authKey: secretOf(opened) }, (url, body) =>
      opened.send('POST', url, { 'content-type': 'application/json' }, body),
    ),
};

function signing({ record, signer, client, clock }: Opened) {
  const [der] = client === undefined ? [] : pemBlocks(client.cert);
  const own = der && readCertificate(der);
  const ca = readCertificate(signer);
  if (client === undefined || !own?.ok || !ca.ok)
    throw missing(record.id, 'its record has no certificate that we sign with');
  return signatureProtection(
    { certificate: own.certificate, key: createPrivateKey(client.key) },
    ca.certificate,
    clock,
  );
}

/** The issuer of this id, made anew when its record was changed; undefined: there is none. */
export function certificateIssuers(parts: CertificateIssuersParts): (id: string) => CertificateIssuer | undefined {
  const { pool, keyring, clock, records, own, authorities } = parts;
  const made = new Map<string, { readonly record: OutsideCertificateIssuer; readonly issuer: CertificateIssuer }>();

  function opened(id: string, purpose: string, sealed: string): string {
    const found = open(keyring, purpose, id, Buffer.from(sealed, 'base64'));
    if (!found.ok)
      throw missing(id, `its sealed credentials cannot be opened (${found.reason}): apply its record again`);
    return found.bytes.toString('utf8');
  }

  function make(record: OutsideCertificateIssuer): CertificateIssuer {
    const { id, client: shown, shared } = record;
    const [signer = Buffer.alloc(0)] = pemBlocks(record.signer);
    const client = shown && { cert: shown.certificate, key: opened(id, issuerKeyPurpose, shown.sealedKey) };
    const secret = shared && new Secret(opened(id, issuerSecretPurpose, shared.sealedSecret));
    const limits = { timeoutMs: record.timeoutSeconds * 1000, connectTimeoutMs: 5000, maxBytes: mostBytes };
    const trusted = record.tlsAuthorities.length > 0 ? record.tlsAuthorities : authorities;
    const send: Opened['send'] = (method, url, headers, body) =>
      boundedRequest(url, { method, headers, body, ...limits, authorities: trusted, client });
    const issuer = adapters[record.kind]({ record, signer, client, secret, clock, send });
    return outsideIssuer({ id, issuer, signer, orders: issuerOrders(pool, id), clock });
  }

  return (id) => {
    if (id === ownIssuer) return own;
    const record = records().get(id);
    if (record === undefined) return undefined;
    const known = made.get(id);
    if (known?.record === record) return known.issuer;
    const issuer = make(record);
    made.set(id, { record, issuer });
    return issuer;
  };
}
