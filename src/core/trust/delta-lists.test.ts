// Delta lists at login: fetched by the rules of whole ones, joined strictly, and what is decided while one cannot be had.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { CardStatusWorld, type ListChange, statusUrls } from '../../../test/fakes/card-status.ts';
import { authority, dayMs, type Party, person } from '../../../test/fakes/pkix.ts';
import { writeExtension } from '../../base/x509/index.ts';
import type { CrlFetch } from './ports.ts';
import type { CrlFailure } from './revocation.ts';

const { list, rootList } = statusUrls;
const deltaUrl = 'http://crl.example/issuing-delta.crl';
const freshest = writeExtension.freshestCrl([deltaUrl]);
const minute = 60_000;

let world = new CardStatusWorld();
const policy = (change: Partial<CardStatusWorld['revocation']>) => {
  world.revocation = { ...world.revocation, ...change };
};
const whole = (revoked: readonly Party[] = [], change: ListChange = {}): CrlFetch =>
  world.listOf(world.issuing, revoked, { number: 10, extensions: [freshest], ...change });
const delta = (revoked: readonly Party[] = [], change: ListChange & { from?: number } = {}): CrlFetch =>
  world.listOf(world.issuing, revoked, {
    ...{ number: 12, extensions: [writeExtension.deltaOf(change.from ?? 10)], thisUpdate: world.now - 1_000 },
    ...change,
  });
const failed = (reason: Extract<CrlFetch, { kind: 'failed' }>['reason']): CrlFetch => ({ kind: 'failed', reason });
const withoutDelta = async (): Promise<string | undefined> => {
  const decision = await world.judge();
  assert.ok(decision.ok, JSON.stringify(decision));
  return decision.withoutDelta;
};
const asksFor = (url: string): number => world.asked.filter((each) => each === url).length;

beforeEach(() => {
  world = new CardStatusWorld();
  world.lists.set(list, whole());
  world.lists.set(deltaUrl, delta());
});

describe('a delta list', () => {
  test('is fetched where the whole list says, and a card that it alone revokes is refused', async () => {
    assert.equal(await withoutDelta(), undefined);
    assert.deepEqual(world.asked.toSorted(), [deltaUrl, list, rootList].toSorted());
    const other = new CardStatusWorld();
    other.lists.set(list, other.listOf(other.issuing, [], { number: 10, extensions: [freshest] }));
    const extensions = [writeExtension.deltaOf(10)];
    other.lists.set(deltaUrl, other.listOf(other.issuing, [other.card], { number: 12, extensions }));
    assert.match(await other.outcome(), /^card\.revoked the card is revoked/);
  });
  test('is fetched where the certificate says', async () => {
    world.lists.set(list, whole([], { extensions: [] }));
    world.card = person(world.issuing, { extensions: [writeExtension.crlUrls([list]), freshest] });
    world.lists.set(deltaUrl, delta([world.card]));
    assert.match(await world.outcome(), /^card\.revoked /);
  });
  test('that the certificate alone names is missed as well', async () => {
    world.lists.set(list, whole([], { extensions: [] }));
    world.card = person(world.issuing, { extensions: [writeExtension.crlUrls([list]), freshest] });
    world.lists.delete(deltaUrl);
    assert.match((await withoutDelta()) ?? '', /crlNoDelta: .*crlUnreachable/);
  });
  test('releases a card that its whole list holds', async () => {
    world.lists.set(list, whole([world.card], { reason: 6 }));
    assert.match(await world.outcome(), /^card\.revoked /, 'an empty one releases nobody');
    world.now += minute + 1;
    world.lists.set(deltaUrl, delta([world.card], { reason: 8 }));
    assert.equal(await world.outcome(), 'good');
  });
  test('is asked again after a minute, so that a revocation in it counts within one', async () => {
    assert.equal(await world.outcome(), 'good');
    world.lists.set(deltaUrl, delta([world.card], { number: 13, thisUpdate: world.now }));
    world.now += minute;
    assert.equal(await world.outcome(), 'good', 'not older than a minute');
    world.now += 1;
    assert.match(await world.outcome(), /^card\.revoked /);
    assert.equal(asksFor(list), 1, 'the whole list is not fetched for that');
  });
  test('is renewed behind the scenes, so that a login does not wait for it', async () => {
    assert.equal(await world.outcome(), 'good');
    world.now += 29_999;
    assert.equal(await world.caches.cache.renewDue(), 0);
    world.now += 1;
    world.lists.set(deltaUrl, delta([world.card], { number: 13, thisUpdate: world.now }));
    assert.equal(await world.caches.cache.renewDue(), 1);
    assert.match(await world.outcome(), /^card\.revoked /);
    assert.equal(asksFor(deltaUrl), 2);
  });
  test('that begins from a newer whole list has that one fetched', async () => {
    assert.equal(await world.outcome(), 'good');
    world.now += minute + 1;
    world.lists.set(list, whole([world.card], { number: 20, thisUpdate: world.now - 1_000 }));
    world.lists.set(deltaUrl, delta([], { number: 21, from: 20 }));
    assert.match(await world.outcome(), /^card\.revoked /);
    assert.equal(asksFor(list), 2);
  });
  test('at the address of its whole list is kept apart from it', async () => {
    const at = writeExtension.freshestCrl([list]);
    world.lists.set(list, whole([], { extensions: [at] }));
    assert.match((await withoutDelta()) ?? '', /crlWrongKind: /);
  });
  test('in place of a whole list clears nobody', async () => {
    world.lists.set(list, delta());
    assert.match(await world.outcome(), /^card\.revocationUnknown the card: crlWrongKind: /);
  });
});

describe('addresses', () => {
  test('nobody is asked for a path that does not hold, nor where a list says that nobody good has signed', async () => {
    const stranger = authority('Stranger');
    const forged = person(stranger, { extensions: [writeExtension.crlUrls([list]), freshest] });
    assert.match(await world.outcome([forged, stranger]), /^card\.unknownIssuer /);
    assert.deepEqual(world.asked, []);
    const inside = writeExtension.freshestCrl(['http://10.0.0.1/']);
    world.lists.set(list, whole([], { extensions: [inside], signer: stranger }));
    assert.match(await world.outcome(), /crlWrongIssuer/);
    assert.deepEqual(world.asked.toSorted(), [list, rootList]);
  });
  test('only hosts that the population allows are asked, and where its settings say', async () => {
    const inside = 'http://169.254.169.254/delta.crl';
    world.lists.set(list, whole([], { extensions: [writeExtension.freshestCrl([inside])] }));
    world.lists.set(inside, delta());
    policy({ allowedHosts: ['crl.example:80'] });
    assert.match((await withoutDelta()) ?? '', /crlNoDelta: .*, crlNotAllowed: /);
    assert.equal(asksFor(inside), 0);
    policy({ overrides: { [inside]: deltaUrl } });
    assert.equal(await withoutDelta(), undefined);
  });
  test('an address of another kind is none, and that is said', async () => {
    world.lists.set(list, whole([], { extensions: [writeExtension.freshestCrl(['ldap://directory.example/cn=x'])] }));
    assert.match((await withoutDelta()) ?? '', /crlDeltaAddress: .* no address over HTTP/);
  });
});

/** What keeps a delta list away; `outage`: a permission may stand in where delta lists are required. */
const faults: Readonly<Record<string, readonly [give: () => CrlFetch, words: RegExp, outage?: true]>> = {
  'the host is down': [() => failed('crlUnreachable'), /crlUnreachable: .* cannot be reached/, true],
  'the host is slow': [() => failed('crlTimeout'), /crlTimeout: .* in time/, true],
  'the host has no list': [() => failed('crlStatus'), /crlStatus: .* without a list/, true],
  'it is past its time': [() => delta([], { nextUpdate: world.now - 1 }), /crlStale: .* past its time/, true],
  'it is giant': [() => failed('crlTooLarge'), /crlTooLarge: .* too large/],
  'it cannot be read': [() => ({ kind: 'bytes', der: Buffer.from('<html>') }), /crlMalformed: .* cannot be read/],
  'it is of another issuer': [
    () => {
      const other = authority('Other', world.root);
      return world.listOf(other, [], { number: 12, extensions: [writeExtension.deltaOf(10)] });
    },
    /crlWrongIssuer: .* signed by somebody else/,
  ],
  'it is by another key': [() => delta([], { signer: authority('Issuing') }), /crlWrongIssuer: /],
  'it is no delta list': [() => whole(), /crlWrongKind: /],
  'it is from before the whole list': [() => delta([], { number: 9, from: 8 }), /crlDeltaToAnother: .* not to this/],
  'it begins from a list that is not to be had': [
    () => delta([], { number: 31, from: 30 }),
    /crlDeltaToAnother: .* not to this/,
  ],
  'it is of another scope': [
    () => delta([], { extensions: [writeExtension.deltaOf(10), usersOnly] }),
    /crlDeltaToAnother: .* not to this/,
  ],
};
const usersOnly = { oid: '2.5.29.28', critical: true, value: Buffer.from('30038101ff', 'hex') };

describe('while a delta list cannot be had', () => {
  for (const [name, [give, words, outage]] of Object.entries(faults)) {
    test(`${name}: the whole list decides alone, and the trail says so`, async () => {
      world.lists.set(deltaUrl, give());
      const said = await withoutDelta();
      assert.match(said ?? '', /^crlNoDelta: /);
      assert.match(said ?? '', words);
    });
    test(`${name}: where it is required the card is refused`, async () => {
      policy({ deltas: 'required' });
      world.lists.set(deltaUrl, give());
      const said = await world.outcome();
      assert.match(said, /^card\.revocationUnknown the card: crlNoDelta: /);
      assert.match(said, words);
    });
    test(`${name}: where it is required ${outage ? 'a permission counts' : 'no permission helps'}`, async () => {
      policy({ deltas: 'required', grace: { until: '2026-06-02', reason: 'The host of delta lists moves' } });
      world.lists.set(deltaUrl, give());
      assert.match(await world.outcome(), outage ? /^grace$/ : /^card\.revocationUnknown /);
    });
  }
  test('where it is required and at hand the card is let in', async () => {
    policy({ deltas: 'required' });
    assert.equal(await world.outcome(), 'good');
    world.lists.set(list, whole([], { extensions: [] }));
    const other = new CardStatusWorld();
    other.revocation = { ...other.revocation, deltas: 'required' };
    assert.equal(await other.outcome(), 'good', 'where none is named, none is missed');
  });
  test('a whole list that revokes needs none', async () => {
    world.lists.set(list, whole([world.card]));
    world.lists.delete(deltaUrl);
    assert.match(await world.outcome(), /^card\.revoked /);
  });
  test('the last one counts until its nextUpdate', async () => {
    world.lists.set(deltaUrl, delta([], { nextUpdate: world.now + 10 * minute }));
    await world.outcome();
    world.lists.delete(deltaUrl);
    world.now += 10 * minute - 1;
    assert.equal(await withoutDelta(), undefined);
    world.now += 1;
    assert.match((await withoutDelta()) ?? '', /crlUnreachable/);
  });
  test('an older one does not take the place of the last', async () => {
    world.lists.set(deltaUrl, delta([world.card]));
    assert.match(await world.outcome(), /^card\.revoked /);
    world.now += 2 * minute;
    world.lists.set(deltaUrl, delta([], { number: 11, thisUpdate: world.now - dayMs }));
    assert.match(await world.outcome(), /^card\.revoked /);
  });
});

describe('a card that the last delta list revoked stays out', () => {
  beforeEach(async () => {
    world.lists.set(deltaUrl, delta([world.card], { nextUpdate: world.now + 5 * minute }));
    assert.match(await world.outcome(), /^card\.revoked /);
    world.now += 6 * minute;
  });
  test('when that is past its time, with a permission too', async () => {
    world.lists.delete(deltaUrl);
    policy({ grace: { until: '2026-06-02', reason: 'The host of delta lists moves' } });
    assert.match(await world.outcome(), /^card\.revocationUnknown .*it was revoked when last known/);
  });
  test('when its whole list is past its time as well', async () => {
    world.lists.set(list, whole([], { thisUpdate: world.now - 500, nextUpdate: world.now + 10 * minute }));
    world.now += 10 * minute;
    world.lists.delete(deltaUrl);
    policy({ grace: { until: '2026-06-02', reason: 'The list host moves' } });
    assert.match(await world.outcome(), /it was revoked when last known/);
    world.lists.delete(list);
    world.now += minute;
    assert.match(await world.outcome(), /^card\.revocationUnknown .*crlUnreachable.*it was revoked when last known/);
  });
  test('until a whole list as new does not name it', async () => {
    world.lists.delete(deltaUrl);
    world.now += 10 * minute;
    world.lists.set(list, whole([], { number: 11, thisUpdate: world.now - 1_000 }));
    assert.match(await world.outcome(), /it was revoked when last known/, 'one from before says nothing');
    world.now += 16 * minute;
    world.lists.set(list, whole([], { number: 12, thisUpdate: world.now - 1_000 }));
    assert.match((await withoutDelta()) ?? '', /crlUnreachable/);
  });
  test('whatever a whole list of another scope numbers itself', async () => {
    world.lists.delete(deltaUrl);
    world.now += 16 * minute;
    world.lists.set(list, whole([], { number: 99, extensions: [freshest, usersOnly], thisUpdate: world.now - 1_000 }));
    assert.match(await world.outcome(), /it was revoked when last known/);
  });
  test('though another delta list, from before that, came along', async () => {
    const mirror = 'http://crl.example/mirror-delta.crl';
    const both = writeExtension.freshestCrl([deltaUrl, mirror]);
    world.lists.set(list, whole([], { extensions: [both], thisUpdate: world.now - 1_000 }));
    world.lists.set(mirror, delta([], { number: 11 }));
    world.lists.delete(deltaUrl);
    world.now += 16 * minute;
    assert.match(await world.outcome(), /it was revoked when last known/);
    world.lists.set(mirror, delta([], { number: 13 }));
    world.now += 2 * minute;
    assert.equal(await world.outcome(), 'good', 'one from after it does');
  });
  test('though a current one that is to another whole list revokes it', async () => {
    world.lists.set(deltaUrl, delta([world.card], { number: 31, from: 30 }));
    assert.match(await world.outcome(), /^card\.revocationUnknown .*it was revoked when last known/);
  });
});

test('reports say which lists are delta lists and what became of them', async () => {
  world.lists.set(deltaUrl, failed('crlTimeout'));
  await world.outcome();
  const found = world.caches.cache.reports().map(({ url, isDelta, failure }) => [url, isDelta, failure?.reason]);
  assert.deepEqual(found.toSorted(), [
    [deltaUrl, true, 'crlTimeout' satisfies CrlFailure],
    [list, false, undefined],
    [rootList, false, undefined],
  ]);
});
