// A card's status by lists, by OCSP and by both: every fault fails closed in words, and a permission counts only where it says.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { type Answering, CardStatusWorld, statusUrls } from '../../../test/fakes/card-status.ts';
import { anyKey, authority, dayMs, ocspSigning, person, responderOf, usedFor } from '../../../test/fakes/pkix.ts';
import { writeExtension, writeOcspFailure } from '../../base/x509/index.ts';
import type { CrlFailure } from './revocation.ts';

const { rootList, list, responder } = statusUrls;
let world = new CardStatusWorld();
const policy = (change: Partial<CardStatusWorld['revocation']>) => {
  world.revocation = { ...world.revocation, ...change };
};
const failed = (reason: CrlFailure) => ({ kind: 'failed', reason }) as const;
beforeEach(() => {
  world = new CardStatusWorld();
});

describe('by lists alone, as without a word', () => {
  test('a good card, and a revoked one; no responder is asked', async () => {
    assert.equal(await world.outcome(), 'good');
    assert.deepEqual(world.asked.toSorted(), [list, rootList]);
    world.now += dayMs / 2;
    world.lists.set(list, world.listOf(world.issuing, [world.card], { thisUpdate: world.now }));
    assert.match(await world.outcome(), /^card\.revoked /);
  });
  const faults: Readonly<Record<string, readonly [answer: () => void, words: RegExp]>> = {
    'the host is down': [() => world.lists.delete(list), /crlUnreachable: the place of the list cannot be reached/],
    'the host is slow': [() => world.lists.set(list, failed('crlTimeout')), /crlTimeout: .* in time/],
    'the list is giant': [() => world.lists.set(list, failed('crlTooLarge')), /crlTooLarge: .* too large/],
    'the host has no list': [() => world.lists.set(list, failed('crlStatus')), /crlStatus: .* without a list/],
    'the list is of another issuer': [
      () => world.lists.set(list, world.listOf(authority('Issuing'))),
      /crlWrongIssuer: the list is signed by somebody else/,
    ],
    'the list is stale': [
      () => world.lists.set(list, world.listOf(world.issuing, [], { nextUpdate: world.now - 1 })),
      /crlStale: the list is past its time/,
    ],
    'the list cannot be read': [
      () => world.lists.set(list, { kind: 'bytes', der: Buffer.from('<html>') }),
      /crlMalformed: the list cannot be read/,
    ],
  };
  for (const [name, [make, words]] of Object.entries(faults))
    test(`${name}: refused`, async () => {
      make();
      const said = await world.outcome();
      assert.match(said, /^card\.revocationUnknown the card: /);
      assert.match(said, words);
    });
});

const bytes = (der: Buffer) => ({ kind: 'bytes', der }) as const;
const noCheck = '1.3.6.1.5.5.7.48.1.5';
/** Faults of a responder, and what is said of each; `outage`: a permission may stand in. */
const faults: Readonly<Record<string, readonly [answering: () => Answering, words: RegExp, outage?: true]>> = {
  'is down': [() => ({ kind: 'failed', reason: 'ocspUnreachable' }), /ocspUnreachable: .* cannot be reached/, true],
  'is slow': [() => ({ kind: 'failed', reason: 'ocspTimeout' }), /ocspTimeout: .* in time/, true],
  'answers 500': [() => ({ kind: 'failed', reason: 'ocspStatus' }), /ocspStatus: .* is no answer/, true],
  'says to try later': [() => bytes(writeOcspFailure('tryLater')), /tryLater: .* to try later/, true],
  'has a fault': [() => bytes(writeOcspFailure('internalError')), /internalError: .* of its own/, true],
  pours: [() => ({ kind: 'failed', reason: 'ocspTooLarge' }), /ocspTooLarge: .* too large/],
  'sends a page': [() => ({ kind: 'failed', reason: 'ocspType' }), /ocspType: .* does not say/],
  'sends what cannot be read': [() => bytes(Buffer.from('<html>')), /ocspMalformed: .* cannot be read/],
  'may not answer': [() => bytes(writeOcspFailure('unauthorized')), /unauthorized: .* may not answer/],
  'does not know the card': [() => ({ status: 'unknown' }), /ocspUnknown: .* does not know/],
  'signs with another key': [() => ({ signer: anyKey() }), /ocspSigned: the signature of the answer does not hold/],
  'gives another nonce': [() => ({ nonce: Buffer.alloc(32, 99) }), /ocspNonce: .* nonce is another/],
  'gives no nonce': [() => () => world.answer(undefined as unknown as Buffer), /ocspNonce: .* or missing/],
  'gives an old answer': [
    () => ({ thisUpdate: world.now - dayMs, nextUpdate: world.now - 1 }),
    /ocspCurrent: .* past its time/,
  ],
  'answers about another certificate': [
    () => (nonce) => world.answer(nonce, {}, person(world.issuing)),
    /no answer: the answer is about another certificate/,
  ],
  'is not for OCSP answers': [
    () => ({
      responder: responderOf(world.issuing, { extensions: usedFor(['digitalSignature'], ['1.3.6.1.5.5.7.3.2']) }),
    }),
    /ocspPurpose: .* not for OCSP answers/,
  ],
  'was made by another authority': [
    () => ({ responder: responderOf(authority('Other', world.root)) }),
    /ocspDelegation: .* did not make/,
  ],
  'has ended': [
    () => ({ responder: responderOf(world.issuing, { notAfter: world.now - 1 }) }),
    /ocspResponder: .* not valid/,
  ],
  'does not say nocheck': [
    () => ({ responder: responderOf(world.issuing, { without: [noCheck] }) }),
    /ocspResponderGood: .* nocheck/,
  ],
};

describe('by OCSP', () => {
  beforeEach(() => policy({ mode: 'ocsp' }));

  test('a good card by the issuer and by its responder; the authority, whose root runs none, by its list', async () => {
    assert.equal(await world.outcome(), 'good');
    assert.deepEqual(world.asked.toSorted(), [rootList, responder]);
    const other = new CardStatusWorld();
    other.revocation = { mode: 'ocsp', overrides: {}, allowedHosts: [] };
    other.answering = {
      responder: responderOf(other.issuing, { extensions: usedFor(['digitalSignature'], [ocspSigning]) }),
    };
    assert.equal(await other.outcome(), 'good');
  });
  test('a revoked card, and a revoked authority', async () => {
    world.answering = { status: 'revoked' };
    assert.match(await world.outcome(), /^card\.revoked the card is revoked/);
    const other = new CardStatusWorld();
    other.revocation = { mode: 'ocsp', overrides: {}, allowedHosts: [] };
    other.lists.set(rootList, other.listOf(other.root, [other.issuing]));
    assert.match(await other.outcome(), /^card\.revoked authority 1 is revoked/);
  });
  for (const [name, [answering, words, outage]] of Object.entries(faults)) {
    test(`the responder ${name}: refused in words`, async () => {
      world.answering = answering();
      const said = await world.outcome();
      assert.match(said, /^card\.revocationUnknown the card: /);
      assert.match(said, words);
    });
    test(`the responder ${name}: ${outage ? 'a permission counts' : 'no permission helps'}`, async () => {
      policy({ grace: { until: '2026-06-02', reason: 'The responder moves' } });
      world.answering = answering();
      assert.match(await world.outcome(), outage ? /^grace$/ : /^card\.revocationUnknown /);
    });
  }
  test('a card that names no responder is refused, whatever its list says', async () => {
    world.card = world.cardWith(list, undefined);
    assert.match(await world.outcome(), /^card\.revocationUnknown the card: the certificate names no responder/);
    assert.ok(!world.asked.includes(list));
  });
  test('nobody is asked for a path that does not hold', async () => {
    const stranger = authority('Stranger');
    const forged = person(stranger, { extensions: [writeExtension.authorityInfoAccess({ ocsp: 'http://10.0.0.1/' })] });
    assert.match(await world.outcome([forged, stranger]), /^card\.unknownIssuer /);
    const ended = person(world.issuing, {
      notAfter: world.now - 1,
      extensions: [writeExtension.authorityInfoAccess({ ocsp: responder })],
    });
    assert.match(await world.outcome([ended, world.issuing]), /^card\.expired /);
    assert.deepEqual(world.asked, []);
  });
  test('only hosts that the population allows are asked, and where its settings say', async () => {
    policy({ allowedHosts: ['crl.example:80'] });
    assert.match(
      await world.outcome(),
      /ocspNotAllowed: the responder is at a host that the population does not allow/,
    );
    assert.deepEqual(world.asked, [rootList]);
    policy({ overrides: { [responder]: 'http://inside.example/ocsp' } });
    assert.equal(await world.outcome(), 'good');
    assert.ok(world.asked.includes('http://inside.example/ocsp') && !world.asked.includes(responder));
  });
});

describe('by either', () => {
  beforeEach(() => policy({ mode: 'either' }));
  const ofCard = () => world.asked.filter((url) => url !== rootList);

  test('the list first, and OCSP only when that leaves it open', async () => {
    assert.equal(await world.outcome(), 'good');
    assert.deepEqual(ofCard(), [list]);
    world = new CardStatusWorld();
    policy({ mode: 'either' });
    world.lists.delete(list);
    assert.equal(await world.outcome(), 'good');
    assert.deepEqual(ofCard(), [list, responder]);
  });
  test('OCSP first where the record says so', async () => {
    policy({ first: 'ocsp' });
    assert.equal(await world.outcome(), 'good');
    assert.deepEqual(ofCard(), [responder]);
    world = new CardStatusWorld();
    policy({ mode: 'either', first: 'ocsp' });
    world.answering = { status: 'unknown' };
    assert.equal(await world.outcome(), 'good');
    assert.deepEqual(ofCard(), [responder, list]);
  });
  test('revoked by the second counts, and so does revoked by the first', async () => {
    world.lists.delete(list);
    world.answering = { status: 'revoked' };
    assert.match(await world.outcome(), /^card\.revoked /);
    world = new CardStatusWorld();
    policy({ mode: 'either' });
    world.lists.set(list, world.listOf(world.issuing, [world.card]));
    assert.match(await world.outcome(), /^card\.revoked /);
    assert.deepEqual(ofCard(), [list]);
  });
  test('neither: refused with both reasons; a source that is not named is not missed', async () => {
    world.lists.delete(list);
    world.answering = { status: 'unknown' };
    assert.match(await world.outcome(), /crlUnreachable: .*, ocspUnknown: /);
    world.card = world.cardWith(undefined, responder);
    world.answering = {};
    assert.equal(await world.outcome(), 'good');
    world.card = world.cardWith(undefined, undefined);
    assert.match(await world.outcome(), /names no list, the certificate names no responder/);
  });
});

describe('by both', () => {
  beforeEach(() => policy({ mode: 'both' }));

  test('both must say good', async () => {
    assert.equal(await world.outcome(), 'good');
    assert.deepEqual(world.asked.toSorted(), [list, rootList, responder].toSorted());
    const cases: readonly ((each: CardStatusWorld) => void)[] = [
      (each) => each.lists.delete(list),
      (each) => {
        each.answering = { status: 'unknown' };
      },
      (each) => {
        each.card = each.cardWith(list, undefined);
      },
      (each) => {
        each.card = each.cardWith(undefined, responder);
      },
    ];
    for (const spoil of cases) {
      world = new CardStatusWorld();
      policy({ mode: 'both' });
      spoil(world);
      assert.match(await world.outcome(), /^card\.revocationUnknown /);
    }
  });
  test('one that revokes is enough', async () => {
    world.answering = { status: 'revoked' };
    assert.match(await world.outcome(), /^card\.revoked /);
    world = new CardStatusWorld();
    policy({ mode: 'both' });
    world.lists.set(list, world.listOf(world.issuing, [world.card]));
    assert.match(await world.outcome(), /^card\.revoked /);
  });
});

describe('a permission for an outage', () => {
  const grace = { until: '2026-06-01T12:00:00Z', reason: 'The list host moves (change 4711)' };
  beforeEach(() => policy({ grace }));

  test('lets a card in while nobody can be asked, says so, and never counts as a status', async () => {
    world.lists.delete(list);
    const decision = await world.judge();
    assert.ok(decision.ok);
    assert.deepEqual(decision.grace, {
      ...grace,
      because: 'crlUnreachable: the place of the list cannot be reached',
    });
    assert.equal(decision.statusCheckedAt, 0);
  });
  test('changes nothing while the status can be had', async () => {
    assert.equal(await world.outcome(), 'good');
    world.now += dayMs / 24;
    world.lists.set(list, world.listOf(world.issuing, [world.card], { thisUpdate: world.now }));
    assert.match(await world.outcome(), /^card\.revoked /);
  });
  test('ends at its instant, to the millisecond', async () => {
    world.lists.delete(list);
    world.now = Date.parse(grace.until) - 1;
    assert.equal(await world.outcome(), 'grace');
    world.now += 1;
    assert.match(await world.outcome(), /^card\.revocationUnknown /);
  });
  test('does not excuse a list that is wrong, too large, or nowhere to be asked', async () => {
    const spoilt = [failed('crlTooLarge'), world.listOf(authority('Issuing')), { kind: 'bytes', der: Buffer.alloc(3) }];
    for (const answer of spoilt as ReturnType<CardStatusWorld['listOf']>[]) {
      world = new CardStatusWorld();
      policy({ grace });
      world.lists.set(list, answer);
      assert.match(await world.outcome(), /^card\.revocationUnknown /);
    }
    world.card = world.cardWith(undefined, undefined);
    assert.match(await world.outcome(), /^card\.revocationUnknown /);
    policy({ allowedHosts: ['elsewhere.example:80'] });
    world.card = world.cardWith(list, undefined);
    assert.match(await world.outcome(), /^card\.revocationUnknown /);
  });
  test('does not let in a card that the last list revoked', async () => {
    policy({ grace: { ...grace, until: '2026-07-01' } });
    world.lists.set(list, world.listOf(world.issuing, [world.card], { nextUpdate: world.now + 1_000 }));
    assert.match(await world.outcome(), /^card\.revoked /);
    world.lists.delete(list);
    world.now += 60_000;
    assert.match(await world.outcome(), /^card\.revocationUnknown .*it was revoked when last known/);
  });
  test('does not let in a card that the last answer revoked', async () => {
    policy({ mode: 'ocsp', grace: { ...grace, until: '2026-07-01' } });
    world.answering = { status: 'revoked', nextUpdate: world.now + 1_000 };
    assert.match(await world.outcome(), /^card\.revoked /);
    world.answering = { kind: 'failed', reason: 'ocspUnreachable' };
    world.now += 60_000;
    assert.match(await world.outcome(), /^card\.revocationUnknown .*it was revoked when last known/);
  });
  test('where either will do, counts only when neither can be asked', async () => {
    policy({ mode: 'either' });
    world.lists.delete(list);
    world.answering = { status: 'unknown' };
    assert.match(await world.outcome(), /^card\.revocationUnknown /);
    world = new CardStatusWorld();
    policy({ mode: 'either', grace });
    world.lists.delete(list);
    world.answering = { kind: 'failed', reason: 'ocspTimeout' };
    assert.equal(await world.outcome(), 'grace');
  });
});
