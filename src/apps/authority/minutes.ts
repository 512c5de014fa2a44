// The minutes of a ceremony: what was made, with fingerprints that people can compare, to be signed by those who were there.
import { hash } from 'node:crypto';
import { hostname } from 'node:os';
import type { EpochMs } from '../../base/clock.ts';
import { type Certificate, nameText } from '../../base/x509/index.ts';

const inPairs = (hex: string): string => (hex.match(/../g) ?? []).join(':').toUpperCase();
const day = (at: EpochMs): string => new Date(at).toISOString();

/** Lines about one certificate. */
export function describeCertificate(certificate: Certificate): readonly string[] {
  return [
    `Subject:      ${nameText(certificate.subject)}`,
    `Issuer:       ${nameText(certificate.issuer)}`,
    `Serial:       ${inPairs(certificate.serial)}`,
    `Valid from:   ${day(certificate.notBefore)}`,
    `Valid until:  ${day(certificate.notAfter)}`,
    `Key:          ${certificate.publicKey.type} ${certificate.publicKey.bits}`,
    `SHA-256 of the certificate:`,
    `  ${inPairs(certificate.fingerprint)}`,
    `SHA-256 of the public key:`,
    `  ${inPairs(hash('sha256', certificate.publicKey.der, 'hex'))}`,
  ];
}

export function minutes(given: {
  readonly title: string;
  readonly program: string;
  readonly at: EpochMs;
  readonly witnesses: readonly string[];
  readonly lines: readonly string[];
}): string {
  const { title, program, at, witnesses, lines } = given;
  return [
    `MINUTES OF A KEY CEREMONY`,
    title,
    '',
    `Time:         ${day(at)}`,
    `Machine:      ${hostname()}`,
    `Program:      Tillit ${program}`,
    '',
    ...lines,
    '',
    'Those who were there, and saw that the fingerprints above are those on the screen:',
    ...(witnesses.length === 0
      ? ['Name: ______________________________']
      : witnesses.map((name) => `Name: ${name}`)
    ).flatMap((line) => ['', line, 'Signature: _________________________   Date: ______________']),
    '',
  ].join('\n');
}
