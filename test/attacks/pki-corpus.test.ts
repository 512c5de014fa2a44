// The corpus of certificates, requests, lists and OCSP answers (C2 to C7): each is refused by its check alone, and no check can be left out.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { systemRandom } from '../../src/base/ids.ts';
import { certificateToSign, readOcspResponse } from '../../src/base/x509/index.ts';
import { compose } from '../../src/core/authority/compose.ts';
import { newSerial } from '../../src/core/authority/index.ts';
import { issueChecks, lifeOf } from '../../src/core/authority/issue-checks.ts';
import { lint } from '../../src/core/authority/lint.ts';
import { crlChecks, ocspChecks, pathChecks, personChecks, profileChecks } from '../../src/core/trust/pkix/index.ts';
import { statusChecks } from '../../src/core/trust/pkix/judge-path.ts';
import { casesOf, type NamedCase } from '../pki-corpus/files.ts';
import { ground, isThrough, judges, judgeUnder, listsOf, type Outcome, orderOf, world } from '../pki-corpus/judge.ts';
import { type Kind, kinds } from '../pki-corpus/kinds.ts';

const { now } = ground;
const lists: Readonly<Record<Kind, readonly { readonly name: string }[]>> = {
  certificate: [...pathChecks, ...personChecks, ...profileChecks, ...statusChecks],
  csr: issueChecks,
  crl: crlChecks,
  ocsp: ocspChecks,
};
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
    const lists = kind === 'crl' ? file.blocks : [];
    const crls = listsOf([Buffer.from(rootList ?? '', 'base64'), ...lists]);
    const answers = kind === 'ocsp' ? file.blocks.map(readOcspResponse) : [];
    const responses = answers.flatMap((reading) =>
      reading.ok ? [{ response: reading.response, fetchedAt: now, nonce: file.asked?.nonce }] : [],
    );
    return judgeUnder(ground[file.asked?.of ?? 'card'], {}, { crls, responses });
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
      assert.deepEqual(
        csr.csr.askedExtensions.map(({ oid }) => oid),
        file.expect?.asks,
      );
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
