// Lists at login by another key of the authority: a rollover, a key for lists alone, and everybody who may not sign.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { CardStatusWorld, statusUrls } from '../../../test/fakes/card-status.ts';
import { authority, dayMs, type Party, person, usedFor, type Wanted } from '../../../test/fakes/pkix.ts';
import { type ExtensionToWrite, extensionOids, writeExtension } from '../../base/x509/index.ts';

const { list, rootList, responder } = statusUrls;
const named = (...urls: readonly string[]) => writeExtension.crlUrls(urls);
const elsewhereList = 'http://crl.example/elsewhere.crl';

let world = new CardStatusWorld();
/** Another certificate of the issuing authority, of the same root. */
const another = (wanted: Wanted = {}, by: Party = world.root): Party =>
  authority('Issuing', by, { ...wanted, extensions: [named(rootList), ...(wanted.extensions ?? [])] });
const forLists: readonly ExtensionToWrite[] = usedFor(['cRLSign']);
const listBy = (signer: Party, revoked: readonly Party[] = []) => world.listOf(world.issuing, revoked, { signer });

beforeEach(() => {
  world = new CardStatusWorld();
});

describe('a key rollover: the issuer has two certificates', () => {
  let renewed: Party;
  beforeEach(() => {
    renewed = another();
    world.intermediates = [world.issuing, renewed];
  });
  test('the new key signs the list of what the old key made', async () => {
    world.lists.set(list, listBy(renewed));
    assert.equal(await world.outcome(), 'good');
    assert.deepEqual(world.asked.toSorted(), [list, rootList]);
    world.now += dayMs / 2;
    world.lists.set(list, world.listOf(world.issuing, [world.card], { signer: renewed, thisUpdate: world.now }));
    assert.match(await world.outcome(), /^card\.revoked the card is revoked/);
  });
  test('the old key signs the list of what the new key made', async () => {
    const below = person(renewed, { extensions: [named(list)] });
    assert.equal(await world.outcome([below, renewed]), 'good');
    world.now += dayMs / 2;
    world.lists.set(list, world.listOf(world.issuing, [below], { thisUpdate: world.now }));
    assert.match(await world.outcome([below, renewed]), /^card\.revoked /);
  });
  test('the chain of the card need not name it: the administrator does', async () => {
    world.lists.set(list, listBy(renewed));
    assert.equal(await world.outcome([world.card]), 'good');
  });
  test('a list of the old key gives way to one of the new key, and back', async () => {
    assert.equal(await world.outcome(), 'good');
    world.now += dayMs / 2;
    world.lists.set(list, world.listOf(world.issuing, [], { signer: renewed, thisUpdate: world.now }));
    assert.equal(await world.outcome(), 'good');
    assert.ok(world.caches.cache.reports().every(({ failure }) => failure === undefined));
    world.lists.set(list, world.listOf(world.issuing, [world.card], { thisUpdate: world.now + 1 }));
    world.now += dayMs / 24;
    assert.match(await world.outcome(), /^card\.revoked /);
  });
});

test('a key for lists alone, under the name of the authority', async () => {
  const lister = another({ extensions: forLists });
  world.intermediates = [world.issuing, lister];
  world.lists.set(list, listBy(lister));
  assert.equal(await world.outcome(), 'good');
  world.now += dayMs / 2;
  world.lists.set(list, world.listOf(world.issuing, [world.card], { signer: lister, thisUpdate: world.now }));
  assert.match(await world.outcome(), /^card\.revoked /);
});

test('its own status is asked where its certificate says, before its list is', async () => {
  const lister = authority('Issuing', world.root, { extensions: [...forLists, named(elsewhereList)] });
  world.intermediates = [world.issuing, lister];
  world.lists.set(list, listBy(lister));
  assert.match(await world.outcome(), /crlWrongIssuer/);
  assert.ok(world.asked.indexOf(elsewhereList) >= 0);
  assert.ok(world.asked.indexOf(elsewhereList) < world.asked.indexOf(list));
  world.now += dayMs / 24;
  world.lists.set(elsewhereList, world.listOf(world.root));
  assert.equal(await world.outcome(), 'good');
});

test('a delta list by a key for lists', async () => {
  const lister = another({ extensions: forLists });
  const deltaUrl = 'http://crl.example/delta.crl';
  world.intermediates = [world.issuing, lister];
  const extensions = [writeExtension.freshestCrl([deltaUrl])];
  world.lists.set(list, world.listOf(world.issuing, [], { signer: lister, number: 10, extensions }));
  const delta = { signer: lister, number: 11, extensions: [writeExtension.deltaOf(10)] };
  world.lists.set(deltaUrl, world.listOf(world.issuing, [world.card], delta));
  assert.match(await world.outcome(), /^card\.revoked /);
});

/** Each signs a good list about the card, and may not. */
const refused: Readonly<Record<string, () => Party>> = {
  'a key that nobody configured, though the card shows it': () => another({ extensions: forLists }),
  'a key whose certificate is revoked': () => {
    const lister = another({ extensions: forLists });
    world.lists.set(rootList, world.listOf(world.root, [lister]));
    world.intermediates = [world.issuing, lister];
    return lister;
  },
  'a key whose certificate names no list': () => {
    const lister = authority('Issuing', world.root, { extensions: forLists });
    world.intermediates = [world.issuing, lister];
    return lister;
  },
  'a key whose status only its own list tells': () => {
    const lister = authority('Issuing', world.issuing, { extensions: [...forLists, named(list)] });
    world.intermediates = [world.issuing, lister];
    return lister;
  },
  'a key whose certificate has ended': () => {
    const lister = another({ extensions: forLists, notAfter: world.now - 1_000 });
    world.intermediates = [world.issuing, lister];
    return lister;
  },
  'a key whose certificate does not say cRLSign': () => {
    const other = another({ extensions: usedFor(['keyCertSign']) });
    world.intermediates = [world.issuing, other];
    return other;
  },
  'a key without key usage': () => {
    const other = another({ without: [extensionOids.keyUsage] });
    world.intermediates = [world.issuing, other];
    return other;
  },
  'an authority of the same name elsewhere under the root': () => {
    const elsewhere = authority('Elsewhere', world.root, { extensions: [named(rootList)] });
    const other = authority('Issuing', elsewhere, { extensions: [named(elsewhereList)] });
    world.lists.set(elsewhereList, world.listOf(elsewhere));
    world.intermediates = [world.issuing, elsewhere, other];
    return other;
  },
  'an authority of the same name under another root': () => {
    const otherRoot = authority('Root');
    const other = another({}, otherRoot);
    world.intermediates = [world.issuing, otherRoot, other];
    return other;
  },
  'an authority of another name': () => {
    const other = authority('Other', world.root, { extensions: [named(rootList)] });
    world.intermediates = [world.issuing, other];
    return other;
  },
};
describe('who may not sign', () => {
  for (const [name, make] of Object.entries(refused))
    test(name, async () => {
      const signer = make();
      world.lists.set(list, listBy(signer));
      const shown = [world.card, world.issuing, ...(world.intermediates.length === 0 ? [signer] : [])];
      assert.match(await world.outcome(shown), /^card\.revocationUnknown the card: crlWrongIssuer: /);
    });
  for (const name of Object.keys(refused))
    test(`${name}: its list does not take the place of a true one`, async () => {
      const signer = refused[name]?.() as Party;
      world.lists.set(list, listBy(world.issuing, [world.card]));
      assert.match(await world.outcome(), /^card\.revoked /);
      world.now += dayMs / 24;
      world.lists.set(list, world.listOf(world.issuing, [], { signer, thisUpdate: world.now }));
      assert.match(await world.outcome(), /^card\.revoked /);
    });
});

describe('a signer that is revoked later', () => {
  let lister: Party;
  beforeEach(async () => {
    lister = another({ extensions: forLists });
    world.intermediates = [world.issuing, lister];
    // Of the future, to keep every true list out.
    world.lists.set(list, world.listOf(world.issuing, [], { signer: lister, thisUpdate: world.now + 200_000 }));
    assert.equal(await world.outcome(), 'good');
    world.now += dayMs / 24;
    world.lists.set(rootList, world.listOf(world.root, [lister], { thisUpdate: world.now }));
  });
  test('its list clears nobody any more', async () => {
    world.lists.delete(list);
    assert.match(await world.outcome(), /^card\.revocationUnknown .*crlSigned: .* nobody who may/);
  });
  test('and keeps no older one out that is true', async () => {
    world.lists.set(list, world.listOf(world.issuing, [], { thisUpdate: world.now - dayMs / 24 }));
    assert.equal(await world.outcome(), 'good');
  });
});

test('a permission for an outage makes nobody a signer', async () => {
  const lister = authority('Issuing', world.root, { extensions: [...forLists, named(elsewhereList)] });
  world.intermediates = [world.issuing, lister];
  world.revocation = { ...world.revocation, grace: { until: '2026-06-02', reason: 'The list host moves' } };
  world.lists.set(list, listBy(lister));
  assert.match(await world.outcome(), /^card\.revocationUnknown the card: crlWrongIssuer/);
});

test('a card that names a responder goes by it while its list is signed by nobody who may', async () => {
  world.revocation = { ...world.revocation, mode: 'either' };
  world.lists.set(list, listBy(another()));
  assert.equal(await world.outcome(), 'good');
  assert.ok(world.asked.includes(responder));
});
