// An outside issuer's answers: each check turns its own case, and a kill at any point leaves one certificate that counts.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { certificate, newKey } from '../../../test/fakes/certificates.ts';
import { certificationRequest, type IssueChanges, issuingCa } from '../../../test/fakes/issuing-ca.ts';
import { issuedChecks } from './issued-checks.ts';
import {
  type OutsideAnswer,
  type OutsideIssuer,
  type OutsideOrder,
  outsideIssuer,
  revokedByHand,
} from './outside-issuer.ts';
import type { CertificateWish } from './ports.ts';

const key = newKey();
const wish: CertificateWish = {
  order: 'c1/3/0',
  profile: 'login',
  request: certificationRequest(key),
  holder: { serialNumber: 'SE2000000081-NINA', email: 'nina@hospital.example' },
  notAfter: Date.now() + 86_400_000,
  person: 'nina',
  reference: 'c1',
};

function bench(changes: IssueChanges = {}, given: Partial<OutsideIssuer> = {}) {
  const ca = issuingCa();
  const kept = new Map<string, OutsideOrder>();
  const said: string[] = [];
  /** Steps that are killed: what they would do is not done. */
  const kills = new Set<string>();
  const at = (step: string): void => {
    said.push(step);
    if (kills.delete(step)) throw new Error(`killed at ${step}`);
  };
  const issuer: OutsideIssuer = {
    async submit({ request }): Promise<OutsideAnswer> {
      at('submit');
      const { der, serial } = ca.issue(Buffer.from(request), changes, 'unconfirmed');
      // What an issuer of this kind does with those that nobody confirmed.
      for (const [other, state] of ca.made)
        if (other !== serial && state === 'unconfirmed') ca.made.set(other, 'revoked');
      return { kind: 'issued', certificate: der, memo: serial };
    },
    async confirm(memo, _certificate, taken) {
      at('confirm');
      if (ca.made.get(memo) !== 'unconfirmed') return 'gone';
      ca.made.set(memo, taken ? 'good' : 'revoked');
      at('confirmed');
      return 'done';
    },
    async revoke(serial) {
      at('revoke');
      ca.made.set(serial, 'revoked');
      return { kind: 'done' };
    },
    release: async () => ({ kind: 'done' }),
    ...given,
  };
  const orders = {
    load: async (order: string) => kept.get(order),
    async save(order: string, state: OutsideOrder | undefined) {
      at('save');
      if (state === undefined) kept.delete(order);
      else kept.set(order, state);
      at('saved');
    },
  };
  const make = (checks = issuedChecks) =>
    outsideIssuer({ id: 'outside-ca', issuer, signer: ca.der, orders, clock: () => Date.now() }, checks);
  return { ca, kept, said, kills, make };
}

const other = certificate('Other CA', newKey(), undefined);
const cases: Readonly<Record<string, readonly IssueChanges[]>> = {
  'issued.key': [{ key: newKey() }],
  'issued.signer': [{ signer: other }, { signer: { ...certificate('Outside CA', newKey(), undefined) } }],
  'issued.person': [{ ca: true }],
  'issued.time': [{ notAfter: Date.now() - 1000 }, { notBefore: Date.now() + 7_200_000 }],
  'issued.holder': [{ subject: [['2.5.4.5', 'SE2000000081-LARS']] }, { upn: 'lars@hospital.example' }],
};

describe('what is made is held to what was asked', () => {
  for (const { name } of issuedChecks)
    test(name, async () => {
      for (const changes of cases[name] ?? assert.fail('no case')) {
        const { ca, make, kept } = bench(changes);
        const answer = await make().submit(wish);
        assert.equal(answer.kind, 'refused');
        assert.deepEqual([ca.good(), kept.size], [[], 0]);
        const without = issuedChecks.filter((check) => check.name !== name);
        assert.equal((await bench(changes).make(without).submit(wish)).kind, 'issued', 'refused by another check too');
      }
    });
  test('letters of a name may differ in case, and what was not told may be the issuer’s own', async () => {
    assert.equal(
      (
        await bench({ subject: [['2.5.4.5', 'se2000000081-nina']] })
          .make()
          .submit(wish)
      ).kind,
      'issued',
    );
    const { make } = bench({ subject: [['2.5.4.5', '9578-4050-1']] });
    assert.equal((await make().submit({ ...wish, holder: { commonName: 'Nina Berg' } })).kind, 'issued');
  });
  test('what cannot be revoked over the network is named, to be done by hand', async () => {
    const { ca, make } = bench({ key: newKey() }, { confirm: async () => 'gone', revoke: revokedByHand });
    const answer = await make().submit(wish);
    assert.ok(answer.kind === 'refused');
    assert.deepEqual(answer.byHand, [...ca.made.keys()]);
  });
});

describe('killed', () => {
  for (const steps of [
    ['submit'],
    ['save'],
    ['saved'],
    ['confirm'],
    ['confirmed'],
    ['save', 'confirmed'],
    ['confirmed', 'revoke'],
  ])
    test(`at ${steps.join(' and then at ')}: asked again, one certificate counts, and it is the one of the card`, async () => {
      const { ca, kills, make } = bench();
      for (const step of steps) kills.add(step);
      let answer = await make()
        .submit(wish)
        .catch(() => undefined);
      for (let round = 0; answer === undefined && round < 6; round++)
        answer = await make()
          .submit(wish)
          .catch(() => undefined);
      assert.ok(answer?.kind === 'issued', JSON.stringify(answer));
      const again = await make().submit(wish);
      assert.ok(again.kind === 'issued');
      assert.deepEqual(again.certificate, answer.certificate);
      assert.equal(ca.good().length, 1);
      assert.ok(Buffer.from(answer.certificate).includes(Buffer.from(ca.good()[0] ?? '', 'hex')));
    });
});

test('an issuer that asks for time is not asked before, at most a day', async () => {
  const asked: (string | undefined)[] = [];
  let now = Date.now();
  const kept = new Map<string, OutsideOrder>();
  const issuer = outsideIssuer({
    id: 'outside-ca',
    issuer: {
      async submit(_wish, memo) {
        asked.push(memo);
        return { kind: 'pending', retryAfterSeconds: 10 ** 9, memo: 'm1' };
      },
      revoke: revokedByHand,
      release: async () => ({ kind: 'hubOnly' }),
    },
    signer: other.der,
    orders: { load: async (id) => kept.get(id), save: async (id, state) => void (state && kept.set(id, state)) },
    clock: () => now,
  });
  assert.deepEqual(await issuer.submit(wish), { kind: 'pending', retryAfterSeconds: 86_400 });
  now += 86_399_000;
  assert.deepEqual(await issuer.submit(wish), { kind: 'pending', retryAfterSeconds: 1 });
  now += 1000;
  await issuer.submit(wish);
  assert.deepEqual(asked, [undefined, 'm1']);
});
