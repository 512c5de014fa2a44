// Every requirement on a certificate, as one named list in security order; a test can drop each and see a case turn.
import { type Certificate, signedBy } from '../../base/x509/index.ts';
import type { CardReason } from '../../wire/codes/index.ts';
import { readIdentifiers } from './identifier.ts';
import { type PreparedPopulation, requiredUsages } from './population.ts';
import { type CrlStates, revocationOf } from './revocation.ts';

/** One path in one population: what the checks look at. */
export interface Candidate {
  readonly prepared: PreparedPopulation;
  /** Leaf first. The last one is an anchor when `anchored`. */
  readonly path: readonly Certificate[];
  readonly anchored: boolean;
  /** Whether the journey accepts this population. */
  readonly accepted: boolean;
  readonly crls: CrlStates;
  readonly now: number;
}

export interface CheckFailure {
  readonly code: CardReason;
  /** For the log and the audit: never a name or an identifier. */
  readonly because: string;
}

export interface CertificateCheck {
  readonly name: string;
  readonly clause: string;
  /** Lists are needed; everything before has held, so it is safe to fetch them. */
  readonly afterFetch?: true;
  readonly test: (candidate: Candidate) => CheckFailure | undefined;
}

const fail = (code: CardReason, because: string): CheckFailure => ({ code, because });
const leafOf = ({ path }: Candidate): Certificate => path[0] as Certificate;
const authoritiesOf = ({ path }: Candidate): readonly Certificate[] => path.slice(1);
/** Below the anchor: what can be revoked and what constrains. */
const belowAnchor = ({ path }: Candidate): readonly Certificate[] => path.slice(0, -1);

const anyUsage = '2.5.29.37.0';
const anyPolicy = '2.5.29.32.0';
const serverAuthentication = '1.3.6.1.5.5.7.3.1';

/** Size floor: RSA 2048 bits, the NIST curves P-256, P-384, P-521, Ed25519 (BSI TR-02102-1, SOG-IS ACM 1.3). */
const isStrongKey = ({ publicKey: { type, bits } }: Certificate): boolean =>
  type === 'rsa' || type === 'rsa-pss'
    ? bits >= 2048 && bits <= 8192
    : type === 'ec'
      ? bits >= 256
      : type === 'ed25519';

const statuses = ({ path, prepared: { population }, crls, now }: Candidate) =>
  path
    .slice(0, -1)
    .map((certificate, index) =>
      revocationOf({ certificate, issuer: path[index + 1] as Certificate, population, crls, now }),
    );

/** Position of a certificate on its path, for a log. */
const at = (index: number): string => (index === 0 ? 'the card' : `authority ${index}`);

export const certificateChecks: readonly CertificateCheck[] = [
  {
    name: 'populationUsable',
    clause: 'fail closed on settings that cannot be read',
    test: ({ prepared }) =>
      prepared.faults.length > 0 ? fail('card.unknownIssuer', prepared.faults.join('; ')) : undefined,
  },
  {
    name: 'pathToAnchor',
    clause: 'RFC 5280 6.1.3 (a)(4)',
    test: ({ anchored }) => (anchored ? undefined : fail('card.unknownIssuer', 'no path to an anchor')),
  },
  {
    name: 'algorithms',
    clause: 'BCP 86; SHA-1 and MD5 refused',
    test: (candidate) => {
      const index = belowAnchor(candidate).findIndex(({ algorithm }) => algorithm.method === undefined);
      return index < 0 ? undefined : fail('card.weak', `${at(index)} is signed with an algorithm outside the list`);
    },
  },
  {
    name: 'keySizes',
    clause: 'SOG-IS ACM 1.3',
    test: ({ path }) => {
      const index = path.findIndex((certificate) => !isStrongKey(certificate));
      return index < 0 ? undefined : fail('card.weak', `${at(index)} has a weak or unknown key`);
    },
  },
  {
    name: 'signatures',
    clause: 'RFC 5280 6.1.3 (a)(1)',
    test: ({ path }) => {
      const index = path.slice(0, -1).findIndex((certificate, i) => !signedBy(certificate, path[i + 1] as Certificate));
      return index < 0 ? undefined : fail('card.unknownIssuer', `${at(index)} was not signed by its issuer's key`);
    },
  },
  {
    name: 'authoritiesAreCas',
    clause: 'RFC 5280 6.1.4 (k)',
    test: (candidate) =>
      authoritiesOf(candidate).every(({ basicConstraints }) => basicConstraints?.ca === true)
        ? undefined
        : fail('card.unknownIssuer', 'an issuer on the path is not a CA'),
  },
  {
    name: 'pathLength',
    clause: 'RFC 5280 6.1.4 (l), (m)',
    // An authority at position i has i - 1 authorities below it.
    test: ({ path }) =>
      path.every(({ basicConstraints }, i) => i === 0 || (basicConstraints?.pathLength ?? Infinity) >= i - 1)
        ? undefined
        : fail('card.unknownIssuer', 'the path is longer than an authority allows'),
  },
  {
    name: 'authoritiesMaySign',
    clause: 'RFC 5280 6.1.4 (n), 4.2.1.3',
    // An anchor may lack the extension (RFC 5280 6.1.1 (d) takes only its name and key); an intermediate may not.
    test: ({ path }) =>
      path.every(
        ({ keyUsage }, i) => i === 0 || (keyUsage === undefined ? i === path.length - 1 : keyUsage.has('keyCertSign')),
      )
        ? undefined
        : fail('card.unknownIssuer', 'an authority may not sign certificates'),
  },
  {
    name: 'criticalExtensions',
    clause: 'RFC 5280 6.1.4 (o), 6.1.5 (f)',
    test: ({ path }) => {
      const index = path.findIndex(({ unknownCritical }) => unknownCritical.length > 0);
      return index < 0
        ? undefined
        : fail('card.malformed', `${at(index)} has an unknown critical extension ${path[index]?.unknownCritical}`);
    },
  },
  {
    name: 'begun',
    clause: 'RFC 5280 6.1.3 (a)(2)',
    test: ({ path, now }) => {
      const index = path.findIndex(({ notBefore }) => now < notBefore);
      return index < 0 ? undefined : fail('card.notYetValid', `${at(index)} is not valid yet`);
    },
  },
  {
    name: 'notEnded',
    clause: 'RFC 5280 6.1.3 (a)(2)',
    test: ({ path, now }) => {
      const index = path.findIndex(({ notAfter }) => now > notAfter);
      return index < 0 ? undefined : fail('card.expired', `${at(index)} has expired`);
    },
  },
  {
    name: 'leafIsNoCa',
    clause: 'RFC 5280 4.2.1.9',
    test: (candidate) =>
      leafOf(candidate).basicConstraints?.ca ? fail('card.wrongPurpose', 'the certificate is a CA') : undefined,
  },
  {
    name: 'digitalSignature',
    clause: 'RFC 5280 4.2.1.3; a card has a second certificate for signing only',
    test: (candidate) =>
      leafOf(candidate).keyUsage?.has('digitalSignature')
        ? undefined
        : fail('card.wrongPurpose', 'key usage does not allow authentication'),
  },
  {
    name: 'notServer',
    clause: 'RFC 5280 4.2.1.12; a server is not a person',
    test: (candidate) =>
      leafOf(candidate).extendedKeyUsage?.includes(serverAuthentication)
        ? fail('card.otherPopulation', 'the certificate is for a server')
        : undefined,
  },
  {
    name: 'clientAuthentication',
    clause: 'RFC 5280 4.2.1.12',
    test: (candidate) => {
      const usages = leafOf(candidate).extendedKeyUsage ?? [];
      const missing = requiredUsages(candidate.prepared.population).filter((oid) => !usages.includes(oid));
      return missing.length === 0
        ? undefined
        : fail('card.wrongPurpose', `extended key usage lacks ${missing.join(', ')}`);
    },
  },
  {
    name: 'authoritiesMayIssueForClients',
    clause: 'CA/Browser Forum BR 7.1.2.10.6: an authority with extended key usages issues only for those',
    test: (candidate) =>
      authoritiesOf(candidate).every(
        ({ extendedKeyUsage: usages }) =>
          usages === undefined ||
          usages.includes(anyUsage) ||
          requiredUsages(candidate.prepared.population).every((oid) => usages.includes(oid)),
      )
        ? undefined
        : fail('card.wrongPurpose', 'an authority may not issue for this use'),
  },
  {
    name: 'populationIssuer',
    clause: 'the population lists the issuers of its cards',
    test: (candidate) =>
      candidate.prepared.acceptsIssuerOf(leafOf(candidate))
        ? undefined
        : fail('card.wrongPolicy', 'the issuer is not of the population'),
  },
  {
    name: 'populationPolicy',
    clause: 'RFC 5280 6.1.3 (d)',
    test: (candidate) => {
      const wanted = candidate.prepared.population.policyOids;
      if (wanted === undefined) return undefined;
      const authorities = belowAnchor(candidate).slice(1);
      const held = wanted.some(
        (oid) =>
          leafOf(candidate).policies.includes(oid) &&
          authorities.every(
            ({ policies }) => policies.length === 0 || policies.includes(anyPolicy) || policies.includes(oid),
          ),
      );
      return held ? undefined : fail('card.wrongPolicy', 'no certificate policy of the population');
    },
  },
  {
    name: 'populationOfPeople',
    clause: 'a population without an identifier rule is of servers, organisations or tests',
    test: ({ prepared: { population } }) =>
      population.identifiers.length > 0
        ? undefined
        : fail('card.otherPopulation', `population ${population.id} is not of people`),
  },
  {
    name: 'populationAccepted',
    clause: 'the journey states which populations it accepts',
    test: ({ accepted, prepared: { population } }) =>
      accepted ? undefined : fail('card.otherPopulation', `population ${population.id} is not accepted here`),
  },
  {
    name: 'identifier',
    clause: 'exactly one value, alone, without a fault of encoding, of an anchored pattern',
    test: (candidate) => {
      const reading = readIdentifiers(
        candidate.prepared.population.identifiers,
        leafOf(candidate).subject,
        candidate.now,
      );
      return reading.ok ? undefined : fail('card.identifier', reading.because);
    },
  },
  {
    name: 'notRevoked',
    clause: 'RFC 5280 6.1.3 (a)(3), 6.3.3',
    afterFetch: true,
    test: (candidate) => {
      const index = statuses(candidate).findIndex(({ kind }) => kind === 'revoked');
      return index < 0 ? undefined : fail('card.revoked', `${at(index)} is revoked`);
    },
  },
  {
    name: 'revocationKnown',
    clause: 'RFC 5280 6.3.3: undetermined is not valid',
    afterFetch: true,
    test: (candidate) => {
      const all = statuses(candidate);
      const index = all.findIndex(({ kind }) => kind === 'unknown');
      const status = all[index];
      return status?.kind === 'unknown' ? fail('card.revocationUnknown', `${at(index)}: ${status.because}`) : undefined;
    },
  },
];
