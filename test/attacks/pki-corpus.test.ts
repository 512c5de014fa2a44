// The corpus of certificates, requests, lists and OCSP answers (C2 to C7): each is refused by its check alone, and no check can be left out.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { systemRandom } from '../../src/base/ids.ts';
import {
  type Certificate,
  certificateToSign,
  readCertificate,
  readCrl,
  readCsr,
  readOcspResponse,
  verifySigned,
} from '../../src/base/x509/index.ts';
import { compose } from '../../src/core/authority/compose.ts';
import { holderHash, subjectOf } from '../../src/core/authority/holder.ts';
import { type Holder, keyHash, newSerial, standardProfiles } from '../../src/core/authority/index.ts';
import { firstRefusal, type IssueFacts, issueChecks, lifeOf } from '../../src/core/authority/issue-checks.ts';
import { lint } from '../../src/core/authority/lint.ts';
import {
  AuthorityIndex,
  crlChecks,
  defaultAlgorithms,
  judgePath,
  ocspChecks,
  type PathReason,
  pathChecks,
  personChecks,
  profileChecks,
  type RevocationMaterial,
  SignatureWork,
  statusByCrls,
  statusByOcsp,
} from '../../src/core/trust/pkix/index.ts';
import { statusChecks } from '../../src/core/trust/pkix/judge-path.ts';
import { authorityWorld, someHolder } from '../fakes/authority-world.ts';
import { casesOf, certificateOf, type NamedCase, readGround } from '../pki-corpus/files.ts';
import { type Case, type Kind, kinds } from '../pki-corpus/kinds.ts';

const ground = readGround();
const { now, root, issuing } = ground;
const hourMs = 3_600_000;

/** `pass`, what is known of the certificate, or the check that refuses; `because` is the reader's word. */
interface Outcome {
  readonly check: string;
  readonly because?: string;
}
const pass: Outcome = { check: 'pass' };

const algorithmsOf = ({ asked }: Case) =>
  asked?.signatures === undefined ? defaultAlgorithms : { ...defaultAlgorithms, signatures: new Set(asked.signatures) };

const material = { responses: [], indirectAllowed: false, ocspMostAgeMs: hourMs };
/** Judges a path to the root with these lists at hand, or without asking for any. */
function judgeUnder(
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

const listsOf = (blocks: readonly Buffer[]) =>
  blocks.map((block) => {
    const reading = readCrl(block);
    assert.ok(reading.ok, reading.ok ? '' : reading.detail);
    return { crl: reading.crl, fetchedAt: now };
  });

function judgeCertificate({ blocks, asked = {} }: Case, dropped: readonly string[]): Outcome {
  const [leaf, ...more] = blocks.map(readCertificate);
  if (!leaf?.ok) return { check: 'malformed', because: leaf?.reason ?? '' };
  const authorities = more.flatMap((each) => (each.ok ? [each.certificate] : []));
  const crls = asked.crls?.map((each) => Buffer.from(each, 'base64'));
  return judgeUnder(leaf.certificate, { ...asked, more: authorities }, crls && { crls: listsOf(crls) }, dropped);
}

const world = authorityWorld(now);
const profiles = new Map(standardProfiles('staff').map((profile) => [profile.id, profile]));
function orderOf({ blocks: [block], asked = {} }: Case): IssueFacts {
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
    crlChecks.filter(({ name }) => !dropped.includes(name)),
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

const judges: Readonly<Record<Kind, (file: Case, dropped: readonly string[]) => Outcome>> = {
  certificate: judgeCertificate,
  csr: judgeRequest,
  crl: judgeLists,
  ocsp: judgeAnswer,
};
const lists: Readonly<Record<Kind, readonly { readonly name: string }[]>> = {
  certificate: [...pathChecks, ...personChecks, ...profileChecks, ...statusChecks],
  csr: issueChecks,
  crl: crlChecks,
  ocsp: ocspChecks,
};
const isThrough = ({ check }: Outcome): boolean => check === 'pass' || check === 'good';
/** Two checks stand in each other's way: what the one refuses, the other does too, or there is nothing to go on with. */
const guardedTwice: ReadonlySet<string> = new Set([
  ...['pathToAnchor', 'algorithms', 'profile.known', 'issuer.known', 'csr.readable', 'ocspSigned'],
]);
/** No login asks these of a population's cards, so what comes before must hold without them. */
const atNoLogin: readonly string[] = profileChecks.map(({ name }) => name);
const isOfLogins = (name: string): boolean => !atNoLogin.includes(name);

for (const kind of kinds) {
  const judge = judges[kind];
  const invalid = casesOf('invalid', kind);
  const valid = casesOf('valid', kind);
  describe(`${kind}: no false refusal`, () => {
    for (const file of valid)
      test(file.name, () => {
        const found = judge(file, []);
        assert.equal(found.check, file.expect?.kind ?? 'pass', found.because);
      });
  });
  describe(`${kind}: refused, each for its own fault`, () => {
    for (const file of invalid)
      test(`${file.attack} ${file.name}`, () => {
        const found = judge(file, []);
        assert.equal(found.check, file.check, found.because);
        if (file.because !== undefined) assert.equal(found.because, file.because);
      });
  });
  describe(`${kind}: every check is needed`, () => {
    for (const { name } of lists[kind])
      test(`without ${name} some file goes through`, () => {
        const found = invalid
          .filter(({ check }) => check === name)
          .map((file) => judge(file, [name, ...(isOfLogins(name) ? atNoLogin : [])]));
        if (guardedTwice.has(name)) assert.ok(found.length > 0 && found.every(({ check }) => check !== name));
        else assert.ok(found.some(isThrough), JSON.stringify(found));
      });
  });
}

describe('lists and answers where a path is judged whole', () => {
  const rootList = casesOf('valid', 'certificate').find(({ name }) => name === 'with-lists')?.asked?.crls?.[1];
  const usual = (file: NamedCase) => Object.keys(file.asked ?? {}).every((key) => key === 'of' || key === 'nonce');
  function outcome(file: NamedCase, kind: 'crl' | 'ocsp'): Outcome {
    const crls = listsOf([Buffer.from(rootList ?? '', 'base64')]);
    const own = kind === 'crl' ? file.blocks.map(readCrl) : [];
    const given = own.flatMap((reading) => (reading.ok ? [{ crl: reading.crl, fetchedAt: now }] : []));
    const answers = kind === 'ocsp' ? file.blocks.map(readOcspResponse) : [];
    const responses = answers.flatMap((reading) =>
      reading.ok ? [{ response: reading.response, fetchedAt: now, nonce: file.asked?.nonce }] : [],
    );
    return judgeUnder(ground[file.asked?.of ?? 'card'], {}, { crls: [...crls, ...given], responses });
  }
  for (const kind of ['crl', 'ocsp'] as const) {
    test(`no invalid ${kind} lets the card in`, () => {
      for (const file of casesOf('invalid', kind))
        if (usual(file) && file.asked?.of !== 'issuing')
          assert.equal(outcome(file, kind).check, 'revocationKnown', file.name);
    });
    test(`each valid ${kind} says what it says`, () => {
      for (const file of casesOf('valid', kind))
        if (usual(file))
          assert.equal(outcome(file, kind).check, file.expect?.kind === 'revoked' ? 'notRevoked' : 'pass', file.name);
    });
  }
});

describe('what a request wishes for', () => {
  for (const file of casesOf('valid', 'csr').filter(({ expect }) => expect?.asks !== undefined))
    test(`${file.name}: named, and not in the certificate`, () => {
      const facts = orderOf(file);
      const { csr, profile } = facts;
      assert.ok(csr.ok && profile !== undefined);
      assert.deepEqual(csr.csr.askedExtensions, file.expect?.asks);
      const meant = {
        profile,
        holder: facts.request.holder,
        authority: world.authority,
        publicKey: csr.csr.publicKey.der,
        serial: newSerial(systemRandom),
        now,
        minutes: Math.min(lifeOf(facts), 60),
      };
      const toSign = certificateToSign(compose(meant), world.authority.signer.algorithm);
      assert.equal(lint(meant, toSign), undefined);
      for (const wish of ['administrator', 'Administrator', 'T99999', 'evil.example', 'hub.example'])
        assert.ok(!toSign.includes(wish), wish);
    });
});

test('the corpus is as large as it says', () => {
  const count = (kind: Kind) => casesOf('invalid', kind).length;
  assert.ok(count('certificate') >= 60 && count('csr') >= 30 && count('crl') >= 30 && count('ocsp') >= 30);
});
