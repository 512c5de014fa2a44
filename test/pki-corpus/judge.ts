// Judges a file of the corpus as the program does, with the checks that a test leaves out; the outcome is the check that refuses.
import {
  type Certificate,
  readCertificate,
  readCrl,
  readCsr,
  readOcspResponse,
  verifySigned,
} from '../../src/base/x509/index.ts';
import { holderHash, subjectOf } from '../../src/core/authority/holder.ts';
import { type Holder, keyHash, standardProfiles } from '../../src/core/authority/index.ts';
import { firstRefusal, type IssueFacts, issueChecks } from '../../src/core/authority/issue-checks.ts';
import {
  AuthorityIndex,
  crlChecks,
  defaultAlgorithms,
  deltaChecks,
  judgePath,
  ocspChecks,
  type PathReason,
  personChecks,
  profileChecks,
  type RevocationMaterial,
  SignatureWork,
  statusByCrls,
  statusByOcsp,
} from '../../src/core/trust/pkix/index.ts';
import { authorityWorld, someHolder } from '../fakes/authority-world.ts';
import { certificateOf, readGround } from './files.ts';
import type { Case, Kind } from './kinds.ts';

export const ground = readGround();
const { now, root, issuing } = ground;
const hourMs = 3_600_000;

/** `pass`, what is known of the certificate, or the check that refuses; `because` is the reader's word. */
export interface Outcome {
  readonly check: string;
  readonly because?: string;
}
const pass: Outcome = { check: 'pass' };

const algorithmsOf = ({ asked }: Case) =>
  asked?.signatures === undefined ? defaultAlgorithms : { ...defaultAlgorithms, signatures: new Set(asked.signatures) };

const material = { responses: [], indirectAllowed: false, ocspMostAgeMs: hourMs };
/** Judges a path to the root with these lists at hand, or without asking for any. */
export function judgeUnder(
  leaf: Certificate,
  given: { readonly more?: readonly Certificate[]; readonly alone?: boolean; readonly anchor?: string },
  revocation: Partial<RevocationMaterial> | undefined,
  dropped: readonly string[] = [],
): Outcome {
  const verdict = judgePath(
    {
      leaf,
      intermediates: new AuthorityIndex([...(given.more ?? []), ...(given.alone ? [] : [issuing])]),
      anchors: new AuthorityIndex([given.anchor === undefined ? root : certificateOf(given.anchor)]),
      now,
      more: [...personChecks, ...profileChecks],
      revocation: { ...material, crls: [], ...revocation, mode: revocation ? 'required' : 'off', unreadable: false },
    },
    dropped as readonly PathReason[],
  );
  return verdict.accepted ? pass : { check: verdict.reason };
}

/** The lists among these bytes that can be read. */
export const listsOf = (blocks: readonly Buffer[]) =>
  blocks.flatMap((block) => {
    const reading = readCrl(block);
    return reading.ok ? [{ crl: reading.crl, fetchedAt: now }] : [];
  });

function judgeCertificate({ blocks, asked = {} }: Case, dropped: readonly string[]): Outcome {
  const [leaf, ...more] = blocks.map(readCertificate);
  if (!leaf?.ok) return { check: 'malformed', because: leaf?.reason ?? '' };
  const authorities = more.flatMap((each) => (each.ok ? [each.certificate] : []));
  const crls = asked.crls?.map((each) => Buffer.from(each, 'base64'));
  return judgeUnder(leaf.certificate, { ...asked, more: authorities }, crls && { crls: listsOf(crls) }, dropped);
}

export const world = authorityWorld(now);
const profiles = new Map(standardProfiles('staff').map((profile) => [profile.id, profile]));
export function orderOf({ blocks: [block], asked = {} }: Case): IssueFacts {
  const csr = readCsr(block ?? Buffer.alloc(0));
  const holder = Object.fromEntries(
    Object.entries({ ...someHolder, ...asked.holder }).filter(([field]) => !asked.without?.includes(field)),
  ) as Holder;
  const profile = profiles.get(asked.profile ?? 'login');
  const own = holderHash(subjectOf(holder));
  return {
    request: {
      caller: 'hub',
      order: 'corpus',
      profile: asked.profile ?? 'login',
      csr: block ?? Buffer.alloc(0),
      holder,
      minutes: asked.minutes,
      ...(asked.proofAt === undefined
        ? {}
        : { proof: { at: Date.parse(asked.proofAt), fingerprint: 'ab'.repeat(32) } }),
    },
    allowed: asked.allowed ?? [...profiles.keys(), 'administrator'],
    profile: profile && { ...profile, patterns: asked.patterns ?? {} },
    authority: asked.withoutAuthority ? undefined : authorityUntil(asked.issuerEnds),
    csr,
    keyUses: (asked.keyUses ?? []).map((use) => ({
      holder: use.holder === 'own' ? own : 'another',
      state: use.state,
      reason: use.reason,
    })),
    ownKeys: new Set(asked.authorityKey ? [keyHash(issuing.publicKey.der)] : []),
    now,
  };
}
const authorityUntil = (ends: string | undefined) =>
  ends === undefined
    ? world.authority
    : { ...world.authority, certificate: { ...world.authority.certificate, notAfter: Date.parse(ends) } };

function judgeRequest(file: Case, dropped: readonly string[]): Outcome {
  const refusal = firstRefusal(
    orderOf(file),
    issueChecks.filter(({ name }) => !dropped.includes(name)),
  );
  return refusal === undefined ? pass : { check: refusal.code, because: refusal.because };
}

function judgeLists(file: Case, dropped: readonly string[]): Outcome {
  const { blocks, asked = {} } = file;
  const readings = blocks.map(readCrl);
  for (const reading of readings)
    if (!reading.ok) return { check: reading.reason === 'crlScope' ? 'scope' : 'malformed', because: reading.detail };
  const certificate = ground[asked.of ?? 'card'];
  const status = statusByCrls(
    {
      certificate,
      issuer: asked.issuer === undefined ? (asked.of === 'issuing' ? root : issuing) : certificateOf(asked.issuer),
      crls: listsOf(blocks),
      now,
      algorithms: algorithmsOf(file),
      indirectAllowed: false,
      // By its key and its right alone: names are for another check to see.
      isSigned: (crl, issuer) => issuer.keyUsage?.has('cRLSign') === true && verifySigned(crl, issuer.publicKey),
    },
    {
      list: crlChecks.filter(({ name }) => !dropped.includes(name)),
      delta: deltaChecks.filter(({ name }) => !dropped.includes(name)),
    },
  );
  return { check: status.kind === 'unknown' ? status.because : status.kind };
}

function judgeAnswer(file: Case, dropped: readonly string[]): Outcome {
  const { blocks, asked = {} } = file;
  const reading = readOcspResponse(blocks[0] ?? Buffer.alloc(0));
  if (!reading.ok) {
    const check = { ocspMalformed: 'malformed', ocspScope: 'scope' } as const;
    return { check: check[reading.reason as keyof typeof check] ?? reading.reason, because: reading.detail };
  }
  const status = statusByOcsp(
    {
      certificate: ground.card,
      issuer: issuing,
      responses: [{ response: reading.response, fetchedAt: now, nonce: asked.nonce }],
      now,
      algorithms: algorithmsOf(file),
      work: new SignatureWork(50),
      isResponderGood: () => asked.responderGood ?? false,
      mostAgeMs: hourMs,
    },
    ocspChecks.filter(({ name }) => !dropped.includes(name)),
  );
  return { check: status.kind === 'unknown' ? status.because : status.kind };
}

export const judges: Readonly<Record<Kind, (file: Case, dropped: readonly string[]) => Outcome>> = {
  certificate: judgeCertificate,
  csr: judgeRequest,
  crl: judgeLists,
  ocsp: judgeAnswer,
};

/** Whether it lets somebody in, or clears somebody. */
export const isThrough = ({ check }: Outcome): boolean => check === 'pass' || check === 'good';
