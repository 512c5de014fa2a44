// Our own authority behind the issuers' port: one order one certificate, also when two hubs ask; holds, endings, and what it refuses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CertificateWish } from '../../src/core/ordering/index.ts';
import {
  type AuthorityClient,
  authorityIssuer,
  type CertificateOrder,
  type OrderState,
} from '../../src/edge/issuers/authority/index.ts';

const now = Date.UTC(2027, 0, 4);
const wish: CertificateWish = {
  order: 'c1:4:0',
  profile: 'login',
  request: Buffer.from('csr'),
  holder: { commonName: 'Nina Berg' },
  notAfter: now + 90 * 60_000,
  person: 'nina',
  reference: 'c1',
};
const issued = (name: string): OrderState => ({
  kind: 'issued',
  certificate: { issuer: 'staff', serial: '2a', chain: [Buffer.from(name)] },
});

function authority() {
  const orders = new Map<string, OrderState>();
  const asked: CertificateOrder[] = [];
  const states: string[] = [];
  const known = new Set(['staff 2a']);
  const change = async (issuer: string, serial: string, to: string) => {
    states.push(`${issuer} ${serial} ${to}`);
    return known.has(`${issuer} ${serial}`)
      ? ({ kind: 'done' } as const)
      : ({ kind: 'refused', code: 'certificate.known', because: 'there is none' } as const);
  };
  const client: AuthorityClient = {
    async submit(order) {
      asked.push(order);
      const before = orders.get(order.id);
      if (before !== undefined) return { kind: 'refused', code: 'order.other', because: 'another life' };
      orders.set(order.id, issued('first'));
      return issued('first');
    },
    poll: async (id) => orders.get(id) ?? { kind: 'unknown' },
    revoke: ({ issuer, serial }, reason) => change(issuer, serial, reason),
    suspend: ({ issuer, serial }) => change(issuer, serial, 'held'),
    resume: ({ issuer, serial }) => change(issuer, serial, 'good'),
  };
  return { client, orders, asked, states };
}

test('an order that it has is asked for, and not sent again', async () => {
  const { client, asked } = authority();
  const issuer = authorityIssuer(client, ['staff'], () => now);
  const first = await issuer.submit(wish);
  assert.deepEqual(await issuer.submit(wish), first);
  assert.equal(asked.length, 1);
  assert.deepEqual([asked[0]?.minutes, asked[0]?.person, asked[0]?.reference], [90, 'nina', 'c1']);
});

test('of two that ask at once, both get the same certificate', async () => {
  const { client } = authority();
  // Neither sees the other's order before it sends its own.
  let looks = 0;
  const late = {
    ...client,
    poll: async (id: string) => (looks++ < 2 ? { kind: 'unknown' as const } : client.poll(id)),
  };
  const issuer = authorityIssuer(late, ['staff'], () => now);
  const [one, two] = await Promise.all([issuer.submit(wish), issuer.submit(wish)]);
  assert.deepEqual(one, two);
  assert.equal(one.kind, 'issued');
});

test('a refusal is one, with its reason; somebody who must decide there is waited for', async () => {
  const { client, orders } = authority();
  const issuer = authorityIssuer(client, ['staff'], () => now);
  orders.set('c1:4:0', { kind: 'refused', code: 'key.sound', because: 'a weak key' });
  assert.deepEqual(await issuer.submit(wish), { kind: 'refused', reason: 'key.sound: a weak key' });
  orders.set('c1:4:0', { kind: 'waiting', askAgainAt: now + 60_000 });
  assert.deepEqual(await issuer.submit(wish), { kind: 'pending', retryAfterSeconds: 60 });
});

test('a certificate is ended at the issuing authority that made it, and what none of them made is an error', async () => {
  const { client, states } = authority();
  const issuer = authorityIssuer(client, ['signature', 'staff'], () => now);
  assert.deepEqual(await issuer.revoke('2a', 'lost', 'c1'), { kind: 'done' });
  assert.deepEqual(await issuer.revoke('2a', 'hold', 'c1'), { kind: 'done' });
  assert.deepEqual(await issuer.release('2a', 'c1'), { kind: 'done' });
  assert.deepEqual(states, [
    'signature 2a keyCompromise',
    'staff 2a keyCompromise',
    'signature 2a held',
    'staff 2a held',
    'signature 2a good',
    'staff 2a good',
  ]);
  await assert.rejects(issuer.revoke('ff', 'lost', 'c1'), /certificate\.known/);
});
