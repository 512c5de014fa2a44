// Cards of a population that looks like SITHS: an issuing authority of its own, lists at an address, HSA-IDs in the names.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { toPem, writeCrl, writeExtension, writeName } from '../../src/base/x509/index.ts';
import { hsaId } from './hsa-town.ts';
import type { ListHost } from './list-host.ts';
import { authority, dayMs, type Party, person } from './pkix.ts';

export interface SithsCards {
  readonly issuing: Party;
  /** The record of the population, without its id. */
  readonly population: object;
  /** The card of somebody of the town, by the end of the HSA-ID. */
  readonly cardOf: (name: string) => Party;
}

/** `host` is started already, at `base`. */
export function sithsCards(host: ListHost, base: string): SithsCards {
  const begin = Date.now();
  const times = { notBefore: begin - dayMs, notAfter: begin + dayMs };
  const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const root = authority('TEST e-id Root', undefined, { ...times, key: newKey() });
  const listed = (path: string) => writeExtension.crlUrls([`${base}${path}`]);
  const issuing = authority('TEST e-id Person HSA-id 3', root, {
    ...times,
    key: newKey(),
    extensions: [listed('/root.crl')],
  });
  const list = (by: Party) =>
    writeCrl(
      {
        issuer: by.name,
        thisUpdate: Math.floor((Date.now() - 1000) / 1000) * 1000,
        nextUpdate: begin + dayMs,
        revoked: [],
        extensions: [writeExtension.crlNumber(1)],
      },
      by.key,
    );
  host.lists.set('/root.crl', list(root));
  host.lists.set('/issuing.crl', list(issuing));
  return {
    issuing,
    population: {
      name: { en: 'SITHS' },
      certificateClass: 'simple',
      assurance: 'substantial',
      anchors: [toPem(root.certificate.der)],
      intermediates: [toPem(issuing.certificate.der)],
      identifiers: [{ attribute: '2.5.4.5', pattern: 'hsaId', namespace: 'hsa-id' }],
      revocation: { allowedHosts: [new URL(base).host] },
    },
    cardOf: (name) =>
      person(issuing, {
        ...times,
        subject: writeName([
          ['2.5.4.6', 'SE'],
          ['2.5.4.3', name],
          ['2.5.4.5', hsaId(name)],
        ]),
        extensions: [listed('/issuing.crl')],
      }),
  };
}

/** Certificate, issuer and key as a browser takes them in (PKCS #12), at `file`. */
export function writeCardFile(file: string, card: Party, issuing: Party, pin: string): void {
  const pem = [card, issuing].map(({ certificate }) => toPem(certificate.der)).join('');
  writeFileSync(`${file}.pem`, pem + card.key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  execFileSync('openssl', ['pkcs12', '-export', '-in', `${file}.pem`, '-out', file, '-passout', `pass:${pin}`]);
}
