// A stapled OCSP answer at login: by the same rules as one that was asked for, never on a proxy's word, and ignored in words.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { CardStatusWorld, statusUrls } from '../../../test/fakes/card-status.ts';
import {
  anyKey,
  authority,
  type OcspWanted,
  ocspDer,
  type Party,
  person,
  responderOf,
  usedFor,
} from '../../../test/fakes/pkix.ts';
import { type StapledOcsp, writeOcspFailure } from '../../base/x509/index.ts';

const { list, responder, rootList } = statusUrls;
const minute = 60_000;
let world = new CardStatusWorld();
const policy = (change: Partial<CardStatusWorld['revocation']>) => {
  world.revocation = { ...world.revocation, ...change };
};
/** What a proxy passes on: without a nonce, as a TLS server gets it. */
function stapled(wanted: OcspWanted = {}, about?: Party): StapledOcsp {
  const times = { producedAt: world.now - 1_000, ...wanted };
  const answer = world.answer(undefined as unknown as Buffer, times, about);
  assert.ok(answer.kind === 'bytes');
  return { der: answer.der };
}
async function outcomeOf(
  given: StapledOcsp | undefined,
): Promise<readonly [outcome: string, stapled: string | undefined]> {
  const decision = await world.judge(undefined, given);
  const outcome = decision.ok ? (decision.grace === undefined ? 'good' : 'grace') : decision.code;
  return [outcome, decision.stapled];
}
const asked = () => world.asked.includes(responder);

beforeEach(() => {
  world = new CardStatusWorld();
  policy({ mode: 'ocsp' });
});

describe('a stapled answer that holds', () => {
  test('stands in for asking', async () => {
    assert.deepEqual(await outcomeOf(stapled()), ['good', 'counted']);
    assert.ok(!asked());
    assert.deepEqual(world.asked, [rootList], 'of the authority it says nothing');
  });
  test('by a responder that the issuer made', async () => {
    assert.deepEqual(await outcomeOf(stapled({ responder: responderOf(world.issuing) })), ['good', 'counted']);
    assert.ok(!asked());
  });
  test('that revokes refuses, and again without it', async () => {
    assert.deepEqual(await outcomeOf(stapled({ status: 'revoked' })), ['card.revoked', 'counted']);
    assert.deepEqual(await outcomeOf(undefined), ['card.revoked', undefined]);
    assert.ok(!asked());
  });
  test('is as old as its signature: asked again when that is older than a login allows', async () => {
    assert.deepEqual(await outcomeOf(stapled({ producedAt: world.now - 10 * minute })), ['good', 'counted']);
    const decision = await world.judge();
    assert.ok(decision.ok && decision.statusCheckedAt === world.now - 10 * minute);
    assert.ok(!asked());
    world.now += 5 * minute + 1;
    world.answering = { status: 'revoked' };
    assert.deepEqual(await outcomeOf(undefined), ['card.revoked', undefined]);
    assert.ok(asked());
  });
  test('the same again still counts, and again is nothing to ask for', async () => {
    const same = stapled();
    await outcomeOf(same);
    world.now += minute;
    assert.deepEqual(await outcomeOf(same), ['good', 'counted']);
    assert.ok(!asked());
  });
  test('where both are wanted, the list is asked for all the same', async () => {
    policy({ mode: 'both' });
    assert.deepEqual(await outcomeOf(stapled()), ['good', 'counted']);
    assert.ok(world.asked.includes(list) && !asked());
    world = new CardStatusWorld();
    policy({ mode: 'both' });
    world.lists.set(list, world.listOf(world.issuing, [world.card]));
    assert.deepEqual(await outcomeOf(stapled()), ['card.revoked', 'counted']);
  });
  test('where either will do it is enough, or revokes against a good list', async () => {
    policy({ mode: 'either' });
    assert.deepEqual(await outcomeOf(stapled()), ['good', 'counted']);
    assert.ok(!world.asked.includes(list));
    world.now += 2 * minute;
    assert.deepEqual(await outcomeOf(stapled({ status: 'revoked' })), ['card.revoked', 'counted']);
  });
});

/** What is wrong with an answer, and what is said of it; then the responder is asked as ever. */
const ignored: Readonly<Record<string, readonly [give: () => StapledOcsp, words: RegExp]>> = {
  'signed by another key': [() => stapled({ signer: anyKey() }), /ocspSigned: /],
  'about another card': [() => stapled({}, person(world.issuing)), /no answer: the answer is about another/],
  'about the same number of another issuer': [
    () => {
      const other = authority('Issuing', world.root);
      const twin = person(other, { serial: Buffer.from(world.card.certificate.serial, 'hex') });
      const times = { thisUpdate: world.now - 1_000, producedAt: world.now - 1_000, nextUpdate: world.now + minute };
      return { der: ocspDer(twin.certificate, other, { ...times, responder: world.issuing }) };
    },
    /no answer: /,
  ],
  'past its time': [() => stapled({ thisUpdate: world.now - 2_000, nextUpdate: world.now - 1 }), /ocspCurrent: /],
  'of the future': [
    () => stapled({ producedAt: world.now + 10 * minute, thisUpdate: world.now + 10 * minute }),
    /ocspBegun: /,
  ],
  'signed too long ago': [
    () => stapled({ producedAt: world.now - 15 * minute - 1_000, thisUpdate: world.now - 16 * minute }),
    /ocspNotRecent: .* too long ago/,
  ],
  'that does not know the card': [() => stapled({ status: 'unknown' }), /ocspUnknown: /],
  'by a responder that another authority made': [
    () => stapled({ responder: responderOf(authority('Other', world.root)) }),
    /ocspDelegation: /,
  ],
  'by a responder of another authority for its own': [
    () => stapled({ responder: authority('Other', world.root) }),
    /ocspSigned|ocspDelegation/,
  ],
  'by a person': [() => stapled({ responder: person(world.issuing) }), /ocspPurpose: /],
  'by a responder that is past its time': [
    () => stapled({ responder: responderOf(world.issuing, { notAfter: world.now - 1 }) }),
    /ocspResponder: /,
  ],
  'by a responder without nocheck': [
    () =>
      stapled({
        responder: responderOf(world.issuing, {
          extensions: usedFor(['digitalSignature'], ['1.3.6.1.5.5.7.3.9']),
          without: ['1.3.6.1.5.5.7.48.1.5'],
        }),
      }),
    /ocspResponderGood: /,
  ],
  'that is none': [() => ({ der: Buffer.from('<html>') }), /ocspMalformed: /],
  'of a responder that has none': [() => ({ der: writeOcspFailure('tryLater') }), /tryLater: /],
  'in a header that is none': [() => ({ fault: 'stapledMalformed' }), /stapledMalformed: /],
  'in a header that is too large': [() => ({ fault: 'stapledTooLarge' }), /stapledTooLarge: /],
};

describe('a stapled answer that does not hold is ignored in words', () => {
  for (const [name, [give, words]] of Object.entries(ignored)) {
    test(`${name}: the responder is asked`, async () => {
      world.answering = { status: 'revoked' };
      const [outcome, said] = await outcomeOf(give());
      assert.equal(outcome, 'card.revoked');
      assert.match(said ?? '', /^ignored: /);
      assert.match(said ?? '', words);
      assert.ok(asked());
    });
    test(`${name}: and clears nobody while the responder is down`, async () => {
      world.answering = { kind: 'failed', reason: 'ocspUnreachable' };
      assert.equal((await outcomeOf(give()))[0], 'card.revocationUnknown');
    });
  }
  test('one from before the answer at hand brings no card back', async () => {
    const before = stapled({ producedAt: world.now - 5 * minute, thisUpdate: world.now - 5 * minute });
    world.answering = { status: 'revoked' };
    assert.equal((await outcomeOf(undefined))[0], 'card.revoked');
    const [outcome, said] = await outcomeOf(before);
    assert.equal(outcome, 'card.revoked');
    assert.match(said ?? '', /^ignored: ocspOlder: /);
    const late = stapled({ producedAt: world.now - 5 * minute, thisUpdate: world.now });
    assert.equal((await outcomeOf(late))[0], 'card.revoked', 'whatever it says of its time');
  });
});

describe('the population decides what it counts for', () => {
  test('one that goes by lists does not look at it', async () => {
    policy({ mode: 'crl' });
    const [outcome, said] = await outcomeOf(stapled({ status: 'revoked' }));
    assert.deepEqual([outcome, said], ['good', 'ignored: stapledNotAsked: the population goes by lists']);
    world.now += 16 * minute;
    world.lists.set(list, world.listOf(world.issuing, [world.card], { thisUpdate: world.now }));
    assert.equal((await outcomeOf(stapled()))[0], 'card.revoked');
  });
  test('a responder that it does not allow may not answer by way of a proxy', async () => {
    policy({ allowedHosts: ['crl.example:80'] });
    const [outcome, said] = await outcomeOf(stapled());
    assert.equal(outcome, 'card.revocationUnknown');
    assert.match(said ?? '', /stapledNoResponder: /);
  });
  test('a card that names no responder is refused, whatever is stapled', async () => {
    world.card = world.cardWith(list, undefined);
    assert.equal((await outcomeOf(stapled()))[0], 'card.revocationUnknown');
  });
  test('a card whose path does not hold is refused before anybody looks at it', async () => {
    const stranger = authority('Stranger');
    const forged = person(stranger);
    const decision = await world.judge([forged, stranger], stapled({}, forged));
    assert.ok(!decision.ok && decision.code === 'card.unknownIssuer');
    assert.equal(decision.stapled, undefined);
  });
});
