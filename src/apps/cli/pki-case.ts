// A certificate as somebody holds it up, with what it is to be judged by: read from texts, judged by the code that cards are judged by.
import { createHash } from 'node:crypto';
import { pemBlocks, readCertificate, readCrl, readOcspResponse } from '../../base/x509/index.ts';
import {
  AuthorityIndex,
  anyPolicy,
  type GivenCrl,
  type GivenOcsp,
  judgePath,
  type PathReason,
  personChecks,
  profileChecks,
  usageChecks,
} from '../../core/trust/index.ts';

/** One case. Each list holds the content of files or members: PEM with any number of objects, or one object in DER. */
export interface PkiCase {
  readonly leaf: readonly Buffer[];
  readonly anchors: readonly Buffer[];
  readonly intermediates: readonly Buffer[];
  readonly crls: readonly Buffer[];
  readonly ocsp: readonly Buffer[];
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly purpose: 'person' | 'any';
  /** Extended key usages that the leaf must carry, all of them; clientAuth of a person when none are named. */
  readonly usages: readonly string[];
  readonly initialPolicies: readonly string[];
  readonly requireExplicitPolicy: boolean;
  readonly inhibitPolicyMapping: boolean;
  readonly inhibitAnyPolicy: boolean;
  readonly revocation: 'required' | 'ifGiven' | 'off';
  readonly lenient: boolean;
  readonly mostAuthorities: number | undefined;
}

/** What is printed. Certificates are named by their SHA-256: a person's name or number is in no line. */
export interface PkiVerdict {
  readonly accepted: boolean;
  readonly reason?: PathReason;
  readonly clause?: string;
  readonly because?: string;
  /** Leaf first, as far as a path came. */
  readonly path: readonly string[];
  /** Certificate policies that the path is good for. */
  readonly policies?: readonly string[];
}

const certificateLabels = ['CERTIFICATE', 'X509 CERTIFICATE'];
const ocspMostAgeMs = 3_600_000;

/**
 * The objects in one text: PEM blocks with one of these labels, or, without any PEM in it, the octets themselves. A block
 * that cannot be taken apart, or a text with none of the kind, is one empty object: something was given, and is unreadable.
 */
function objectsIn(bytes: Buffer, labels: readonly string[]): readonly Buffer[] {
  const text = bytes.toString('latin1');
  if (!text.includes('-----BEGIN ')) return text.trim() === '' ? [] : [bytes];
  const found = labels.flatMap((label) => pemBlocks(text, label));
  const begun = labels.reduce((count, label) => count + text.split(`-----BEGIN ${label}-----`).length - 1, 0);
  return found.length === 0 || found.length < begun ? [...found, Buffer.alloc(0)] : found;
}

const objectsOf = (texts: readonly Buffer[], labels: readonly string[]): readonly Buffer[] =>
  texts.flatMap((bytes) => objectsIn(bytes, labels));

/** Those that can be read: what cannot be read issues nothing. */
const certificatesOf = (texts: readonly Buffer[]) =>
  objectsOf(texts, certificateLabels).flatMap((der) => {
    const reading = readCertificate(der);
    return reading.ok ? [reading.certificate] : [];
  });

// Many cases of one batch share their anchors; the few last indexes are kept.
const mostKept = 16;
const kept = new Map<string, AuthorityIndex>();

function indexOf(texts: readonly Buffer[]): AuthorityIndex {
  const key = texts.map((bytes) => createHash('sha256').update(bytes).digest('hex')).join();
  const known = kept.get(key);
  if (known !== undefined) return known;
  const index = new AuthorityIndex(certificatesOf(texts));
  kept.set(key, index);
  for (const [oldest] of kept) {
    if (kept.size <= mostKept) break;
    kept.delete(oldest);
  }
  return index;
}

const checksFor = ({ purpose, usages, lenient }: PkiCase) =>
  purpose === 'person'
    ? personChecks
    : [...(usages.length === 0 ? [] : usageChecks), ...(lenient ? [] : profileChecks)];

/** Judges one case. */
export function judgeCase(given: PkiCase): PkiVerdict {
  const [first, ...rest] = objectsOf(given.leaf, certificateLabels);
  const reading = readCertificate(first ?? Buffer.alloc(0));
  if (!reading.ok)
    return { accepted: false, reason: 'malformed', clause: 'RFC 5280 4.1', because: reading.reason, path: [] };
  const lists = objectsOf(given.crls, ['X509 CRL', 'CRL']).map(readCrl);
  const answers = objectsOf(given.ocsp, ['OCSP RESPONSE']).map(readOcspResponse);
  const crls = lists.flatMap((list): GivenCrl[] => (list.ok ? [{ crl: list.crl, fetchedAt: given.at }] : []));
  const responses = answers.flatMap((answer): GivenOcsp[] =>
    answer.ok ? [{ response: answer.response, fetchedAt: given.at }] : [],
  );
  const verdict = judgePath({
    leaf: reading.certificate,
    intermediates: rest.length === 0 ? indexOf(given.intermediates) : indexOf([...rest, ...given.intermediates]),
    anchors: indexOf(given.anchors),
    now: given.at,
    more: checksFor(given),
    ...(given.usages.length === 0 ? {} : { usages: given.usages }),
    policies: {
      initial: new Set(given.initialPolicies.length === 0 ? [anyPolicy] : given.initialPolicies),
      requireExplicitPolicy: given.requireExplicitPolicy,
      inhibitPolicyMapping: given.inhibitPolicyMapping,
      inhibitAnyPolicy: given.inhibitAnyPolicy,
    },
    ...(given.mostAuthorities === undefined ? {} : { bounds: { mostAuthorities: given.mostAuthorities } }),
    revocation: {
      mode: given.revocation,
      crls,
      responses,
      unreadable: lists.some(({ ok }) => !ok) || answers.some(({ ok }) => !ok),
      indirectAllowed: true,
      ocspMostAgeMs,
    },
  });
  const path = verdict.path.map(({ fingerprint }) => fingerprint);
  if (verdict.accepted) return { accepted: true, path, policies: verdict.policies };
  const { reason, clause, because } = verdict;
  return { accepted: false, reason, clause, because, path };
}
