// Who may ask: a caller is known by the key of its TLS certificate, pinned in the authority's settings.
import { hash } from 'node:crypto';
import type { HttpRequest } from '../../../base/http/index.ts';
import { Problem, type ProblemKind } from '../../../base/problem.ts';
import { type Certificate, readCertificate } from '../../../base/x509/index.ts';

/** Lower-case hexadecimal SHA-256 of a SubjectPublicKeyInfo: what is pinned. A renewed certificate of the same key stays known. */
export const keyPin = (spki: Buffer): string => hash('sha256', spki, 'hex');

export interface CallerFacts {
  readonly shown: readonly Buffer[];
  readonly certificate: Certificate | undefined;
  /** Names by pin. */
  readonly callers: ReadonlyMap<string, string>;
  readonly now: number;
}

export interface CallerCheck {
  readonly name: string;
  readonly clause: string;
  readonly kind: ProblemKind;
  readonly test: (facts: CallerFacts) => boolean;
}

const pinOf = ({ certificate }: CallerFacts): string => (certificate ? keyPin(certificate.publicKey.der) : '');

export const callerChecks: readonly CallerCheck[] = [
  {
    name: 'caller.shown',
    clause: 'RFC 8446 4.4.2.4 (a client without a certificate is let through the handshake)',
    kind: 'unauthenticated',
    test: ({ shown }) => shown.length > 0,
  },
  {
    name: 'caller.inTime',
    clause: 'RFC 5280 6.1.3 (a)(2)',
    kind: 'unauthenticated',
    test: ({ certificate, now }) =>
      certificate === undefined || (now >= certificate.notBefore && now <= certificate.notAfter),
  },
  {
    name: 'caller.known',
    clause: 'RFC 7469 2.4 (the pin of a key); RFC 3647 4.1.1',
    kind: 'forbidden',
    test: (facts) => facts.shown.length === 0 || facts.callers.has(pinOf(facts)),
  },
];

/** The name of whoever asks. Throws a Problem that says which check kept it out. */
export function callerOf(
  request: Pick<HttpRequest, 'peerCertificates'>,
  callers: ReadonlyMap<string, string>,
  now: number,
  checks: readonly CallerCheck[] = callerChecks,
): string {
  const shown = request.peerCertificates ?? [];
  const reading = shown[0] && readCertificate(shown[0]);
  const facts = { shown, certificate: reading?.ok ? reading.certificate : undefined, callers, now };
  const failed = checks.find(({ test }) => !test(facts));
  if (failed !== undefined) throw new Problem({ kind: failed.kind, code: failed.name });
  return callers.get(pinOf(facts)) ?? '';
}
