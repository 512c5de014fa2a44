// Lists at login that cover a part: by distribution point, by kind, by reason; and lists of several issuers, refused unless configured.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { CardStatusWorld, type ListChange, statusUrls } from '../../../test/fakes/card-status.ts';
import {
  authority,
  dayMs,
  flag,
  fullName,
  general,
  issuingPoint,
  type Party,
  person,
  points,
  usedFor,
} from '../../../test/fakes/pkix.ts';
import { der, derSequence, type ExtensionToWrite, extensionOids, writeExtension } from '../../base/x509/index.ts';

const { list, rootList } = statusUrls;
const [partOne, partTwo] = ['http://crl.example/part-1.crl', 'http://crl.example/part-2.crl'] as const;
const pointAt = (url: string) => fullName(general.uri(url));
const scope = (...fields: readonly Buffer[]): ListChange => ({ extensions: [issuingPoint(...fields)] });
const reasons = (tag: number, ...octets: readonly number[]) => der(tag, Buffer.from(octets));

let world = new CardStatusWorld();
const publish = (url: string, change: ListChange = {}, revoked: readonly Party[] = []) =>
  world.lists.set(url, world.listOf(world.issuing, revoked, change));
beforeEach(() => {
  world = new CardStatusWorld();
  world.card = person(world.issuing, { extensions: [writeExtension.crlUrls([partOne])] });
  publish(partOne, scope(pointAt(partOne)));
  publish(partTwo, scope(pointAt(partTwo)));
});

describe('a list of a part, by distribution point', () => {
  test('speaks for the certificates that name the point', async () => {
    assert.equal(await world.outcome(), 'good');
    assert.deepEqual(world.asked.toSorted(), [partOne, rootList]);
    world.now += dayMs / 24;
    publish(partOne, { ...scope(pointAt(partOne)), thisUpdate: world.now }, [world.card]);
    assert.match(await world.outcome(), /^card\.revoked /);
  });
  test('of another part says nothing, wherever it is served', async () => {
    publish(partOne, scope(pointAt(partTwo)));
    assert.match(await world.outcome(), /^card\.revocationUnknown the card: crlScope: /);
  });
  test('of one of the names of a point will do', async () => {
    publish(partOne, scope(fullName(general.uri('ldap://directory.example/cn=part-1'), general.uri(partOne))));
    assert.equal(await world.outcome(), 'good');
  });
  test('is fetched elsewhere where the settings say so, and is still of the point that the card names', async () => {
    const moved = 'http://inside.example/part-1.crl';
    world.revocation = { ...world.revocation, overrides: { [partOne]: moved } };
    publish(moved, scope(pointAt(partOne)));
    assert.equal(await world.outcome(), 'good');
    assert.ok(!world.asked.includes(partOne));
  });
  test('a whole list at the point will do', async () => {
    publish(partOne);
    assert.equal(await world.outcome(), 'good');
  });
  test('has delta lists of its own part alone', async () => {
    const deltaUrl = 'http://crl.example/part-1-delta.crl';
    const freshest = writeExtension.freshestCrl([deltaUrl]);
    publish(partOne, { number: 10, extensions: [issuingPoint(pointAt(partOne)), freshest] });
    const delta = (part: string) =>
      publish(deltaUrl, { number: 11, extensions: [issuingPoint(pointAt(part)), writeExtension.deltaOf(10)] });
    delta(partTwo);
    const decision = await world.judge();
    assert.match((decision.ok && decision.withoutDelta) || '', /crlDeltaToAnother/);
    const extensions = [issuingPoint(pointAt(partOne)), writeExtension.deltaOf(10)];
    publish(deltaUrl, { number: 12, extensions, thisUpdate: world.now }, [world.card]);
    world.now += 61_000;
    assert.match(await world.outcome(), /^card\.revoked /);
  });
});

describe('a list of a kind', () => {
  test('of people speaks for people, of authorities and of attribute certificates it does not', async () => {
    publish(partOne, scope(pointAt(partOne), flag(0x81)));
    assert.equal(await world.outcome(), 'good');
    for (const kind of [0x82, 0x85]) {
      const other = new CardStatusWorld();
      other.lists.set(list, other.listOf(other.issuing, [], scope(flag(kind))));
      assert.match(await other.outcome(), /^card\.revocationUnknown the card: crlKind/);
    }
  });
  test('of authorities speaks for authorities, of people it does not', async () => {
    world.lists.set(rootList, world.listOf(world.root, [], scope(flag(0x82))));
    assert.equal(await world.outcome(), 'good');
    const other = new CardStatusWorld();
    other.lists.set(rootList, other.listOf(other.root, [], scope(flag(0x81))));
    assert.match(await other.outcome(), /^card\.revocationUnknown authority 1: crlKind/);
  });
});

describe('lists of some reasons', () => {
  const [some, rest] = [
    [0, 0x60],
    [7, 0x1f, 0x80],
  ] as const;
  const point = (url: string, bits: readonly number[]) => derSequence(pointAt(url), reasons(0x81, ...bits));
  beforeEach(() => {
    world.card = person(world.issuing, { extensions: [points(point(partOne, some), point(partTwo, rest))] });
    publish(partOne, scope(pointAt(partOne), reasons(0x83, ...some)));
    publish(partTwo, scope(pointAt(partTwo), reasons(0x83, ...rest)));
  });
  test('clear a card together', async () => {
    assert.equal(await world.outcome(), 'good');
    assert.deepEqual(world.asked.toSorted(), [partOne, partTwo, rootList]);
  });
  test('clear nobody alone', async () => {
    world.lists.delete(partTwo);
    assert.match(await world.outcome(), /^card\.revocationUnknown .*crlUnreachable.*crlReasons/);
  });
  test('revoke alone', async () => {
    publish(partTwo, scope(pointAt(partTwo), reasons(0x83, ...rest)), [world.card]);
    assert.match(await world.outcome(), /^card\.revoked /);
  });
});

describe('a list of several issuers', () => {
  let lister: Party;
  const at = 'http://crl.example/indirect.crl';
  const of = (name: Buffer): ExtensionToWrite => ({
    oid: extensionOids.certificateIssuer,
    critical: true,
    value: derSequence(general.directory(name)),
  });
  beforeEach(() => {
    lister = authority('Lister', world.root, {
      extensions: [...usedFor(['cRLSign']), writeExtension.crlUrls([rootList])],
    });
    const crlIssuer = der(0xa2, general.directory(lister.name));
    world.card = person(world.issuing, { extensions: [points(derSequence(pointAt(at), crlIssuer))] });
    world.intermediates = [world.issuing, lister];
    world.lists.set(at, world.listOf(lister, [], scope(pointAt(at), flag(0x84))));
  });
  const configure = () => {
    world.revocation = { ...world.revocation, indirectLists: true };
  };

  test('is not even fetched unless that is configured', async () => {
    assert.match(await world.outcome(), /^card\.revocationUnknown the card: the certificate names no list/);
    assert.deepEqual(world.asked, [rootList]);
  });
  test('that the issuer itself signs clears nobody unless that is configured', async () => {
    world.card = person(world.issuing, { extensions: [writeExtension.crlUrls([at])] });
    world.lists.set(at, world.listOf(world.issuing, [], scope(flag(0x84))));
    assert.match(await world.outcome(), /^card\.revocationUnknown the card: crlIndirect: .* does not allow/);
  });
  test('speaks where it is configured', async () => {
    configure();
    assert.equal(await world.outcome(), 'good');
    const entry = { ...scope(pointAt(at), flag(0x84)), thisUpdate: world.now, entryOf: of(world.issuing.name) };
    world.now += dayMs / 24;
    world.lists.set(at, world.listOf(lister, [world.card], entry));
    assert.match(await world.outcome(), /^card\.revoked /);
  });
  test('says nothing of the same number of another issuer', async () => {
    configure();
    const entry = { ...scope(pointAt(at), flag(0x84)), entryOf: of(world.root.name) };
    world.lists.set(at, world.listOf(lister, [world.card], entry));
    assert.equal(await world.outcome(), 'good');
  });
  test('by one that the administrator did not configure, or that is revoked, clears nobody', async () => {
    configure();
    world.intermediates = [world.issuing];
    assert.match(await world.outcome([world.card, world.issuing, lister]), /crlWrongIssuer/);
    world.lists.set(rootList, world.listOf(world.root, [lister], { thisUpdate: world.now }));
    world.intermediates = [world.issuing, lister];
    world.now += dayMs / 24;
    assert.match(await world.outcome(), /^card\.revocationUnknown .*crlWrongIssuer/);
  });
  test('by another than the certificate names clears nobody', async () => {
    configure();
    const second = authority('Second', world.root, {
      extensions: [...usedFor(['cRLSign']), writeExtension.crlUrls([rootList])],
    });
    world.intermediates = [world.issuing, lister, second];
    world.lists.set(at, world.listOf(second, [], scope(pointAt(at), flag(0x84))));
    assert.match(await world.outcome(), /^card\.revocationUnknown .*crlWrongIssuer/);
  });
});
