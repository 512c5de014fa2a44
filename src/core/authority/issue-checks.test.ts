// Orders that may not pass: each is kept out by its own check alone, and what a request wishes for is never copied (C7).
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { authorityWorld, csrOf, newEcKey, someHolder, someOrder } from '../../../test/fakes/authority-world.ts';
import { publicKeyDer, readCsr, writeExtension } from '../../base/x509/index.ts';
import { valueFault } from './holder.ts';
import { type IssueRequest, keyHash } from './index.ts';
import { firstRefusal, type IssueFacts, issueChecks } from './issue-checks.ts';
import { type HolderField, holderFields } from './profile.ts';

const world = authorityWorld();
const { now, ports } = world;
const order = someOrder();
const profileOf = (id: string) => ports.rules.profiles.get(id);
const good: IssueFacts = {
  request: order,
  allowed: ['login', 'derived', 'function', 'signature'],
  profile: profileOf('login'),
  authority: world.authority,
  csr: readCsr(order.csr),
  keyUses: [],
  ownKeys: new Set(),
  now,
};
const asked = (change: Partial<IssueRequest>): Partial<IssueFacts> => ({ request: { ...order, ...change } });
const withKey = (csr: Buffer): Partial<IssueFacts> => ({ ...asked({ csr }), csr: readCsr(csr) });
const forged = Buffer.from(order.csr);
forged[forged.length - 3] = (forged[forged.length - 3] ?? 0) ^ 1;
const rsa = (modulusLength: number, publicExponent = 65_537) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).privateKey;
const derived = {
  profile: profileOf('derived'),
  request: { ...order, profile: 'derived', holder: { ...someHolder, device: 'tablet-7' } },
};
const login = profileOf('login');
const issuer = world.authority.certificate;
const certificate = (change: object) => ({ authority: { ...world.authority, certificate: { ...issuer, ...change } } });
const { surname: _surname, ...nameless } = order.holder;
const otherHolder = { holder: 'somebody', state: 'good', reason: undefined } as const;

const cases: readonly (readonly [check: string, what: string, change: Partial<IssueFacts>])[] = [
  ['profile.known', 'no such profile', { profile: undefined }],
  ['caller.profile', 'a profile that the caller may not order', { allowed: ['derived'] }],
  ['issuer.known', 'no such authority', { authority: undefined }],
  ['csr.readable', 'random bytes', withKey(Buffer.from('3003020101', 'hex'))],
  ['csr.possession', 'signed by another key', withKey(forged)],
  ['csr.key', 'RSA of 1024 bits', withKey(csrOf(rsa(1024)))],
  ['csr.key', 'P-521, which no profile lists', withKey(csrOf(newEcKey('P-521')))],
  ['csr.key', 'RSA where curves alone are listed', { ...derived, ...withKey(csrOf(rsa(2048))), ...proof(now) }],
  ['key.sound', 'RSA with exponent 3', withKey(csrOf(rsa(2048, 3)))],
  ['key.own', 'the key of the authority itself', { ...withKey(csrOf(world.key)), ownKeys: ownKeys() }],
  ['key.holder', 'a key that is another holder’s', { keyUses: [otherHolder] }],
  ['holder.fields', 'no name', asked({ holder: nameless })],
  ['holder.fields', 'a field that the profile does not have', asked({ holder: { ...order.holder, device: 'x' } })],
  [
    'holder.values',
    'a user principal name of two',
    asked({ holder: { ...order.holder, upn: 'a@b.example,c@d.example' } }),
  ],
  ['holder.values', 'a turned text', asked({ holder: { ...order.holder, commonName: 'Åse\u202eNordmann' } })],
  ['holder.values', 'a NUL', asked({ holder: { ...order.holder, serialNumber: 'T1\u0000' } })],
  [
    'holder.patterns',
    'a staff number of another population',
    {
      profile: login && { ...login, patterns: { serialNumber: 'T\\d{5}' } },
      ...asked({ holder: { ...order.holder, serialNumber: 'SE5560000001-TA01' } }),
    },
  ],
  ['proof.given', 'a derived certificate without a login', { ...derived }],
  ['proof.fresh', 'a login of an hour ago', { ...derived, ...proof(now - 3_600_000) }],
  ['proof.fresh', 'a login of tomorrow', { ...derived, ...proof(now + 86_400_000) }],
  ['life.profile', 'longer than the profile allows', asked({ minutes: 5 * 366 * 24 * 60 })],
  ['life.profile', '13 hours for a tablet', { ...derived, request: { ...proof(now).request, minutes: 13 * 60 } }],
  ['life.issuer', 'longer than its issuer lives', certificate({ notAfter: now + 86_400_000 })],
  ['life.issuer', 'the issuing authority has ended', certificate({ notAfter: now - 1 })],
];

/** Without these three nothing that comes after can be right either. */
const implied: ReadonlySet<string> = new Set(['csr.readable', 'profile.known', 'issuer.known']);

function proof(at: number) {
  const request = { ...derived.request, proof: { at, fingerprint: 'ab'.repeat(32) } };
  return { request };
}
function ownKeys() {
  return new Set([keyHash(publicKeyDer(world.key))]);
}

describe('an order', () => {
  test('a good one passes, of each profile', () => {
    assert.equal(firstRefusal(good), undefined);
    assert.equal(firstRefusal({ ...good, ...derived, ...proof(now - 60_000) }), undefined);
    const system = { country: 'NO', organization: 'Demo Region', commonName: 'ris', dns: 'ris.example *.pacs.example' };
    assert.equal(
      firstRefusal({ ...good, profile: profileOf('function'), ...asked({ profile: 'function', holder: system }) }),
      undefined,
    );
    assert.equal(
      firstRefusal({
        ...good,
        profile: profileOf('signature'),
        ...asked({ profile: 'signature', holder: someHolder }),
      }),
      undefined,
    );
    assert.equal(firstRefusal({ ...good, ...withKey(csrOf(rsa(2048))) }), undefined);
  });
  for (const [check, what, change] of cases)
    test(`${check}: ${what}`, () => {
      const facts = { ...good, ...change };
      assert.equal(firstRefusal(facts)?.code, check);
      const others = issueChecks.filter(({ name }) => name !== check);
      // What cannot be read is no request at all: the checks after it say so too.
      if (implied.has(check)) assert.notEqual(firstRefusal(facts, others)?.code, check);
      else assert.equal(firstRefusal(facts, others), undefined);
    });
  test('every check has a case', () => {
    assert.deepEqual(
      issueChecks.filter(({ name }) => !cases.some(([check]) => check === name)),
      [],
    );
  });
  test('a key that was reported as lost is refused its own holder too', () => {
    const keyUses = [{ ...otherHolder, state: 'revoked', reason: 1 } as const];
    assert.equal(firstRefusal({ ...good, keyUses })?.code, 'key.holder');
  });
  test('what the request wishes for is named and otherwise of no account', () => {
    const wishes = [
      writeExtension.basicConstraints(true),
      writeExtension.subjectAltName({ upn: 'administrator@fjord.example' }),
    ];
    const reading = readCsr(csrOf(newEcKey(), wishes, 'Administrator'));
    assert.ok(reading.ok);
    assert.deepEqual(
      reading.csr.askedExtensions.map(({ oid }) => oid),
      ['2.5.29.19', '2.5.29.17'],
    );
  });
  test('no value of a holder makes the checks throw, and none that passes holds what cannot be seen', () => {
    const value = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ maxLength: 80 }));
    fc.assert(
      fc.property(fc.constantFrom(...holderFields), value, (field: HolderField, text) => {
        const fault = valueFault(field, text);
        if (fault === undefined) assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\ufffd]|^\s|\s$/u);
        // What its own words hold anyway, as `name`, gives nothing away.
        else assert.ok(text.length < 4 || /^[a-z]+$/i.test(text) || !fault.includes(text));
      }),
      { numRuns: 2000 },
    );
  });
});
