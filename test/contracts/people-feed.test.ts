// The contract of change feeds, on both databases: all or nothing, again is nothing, broken off concludes nothing, and whose word holds.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { endMissingCommissions } from '../../src/apps/hub/brake/watch.ts';
import { type FeedParts, syncDueFeeds, syncFeed } from '../../src/apps/hub/people/index.ts';
import { systemRandom } from '../../src/base/ids.ts';
import type { PersonSourceRecord } from '../../src/core/catalogue/index.ts';
import {
  entryCommission,
  entryKey,
  type FedEntry,
  type FeedRead,
  type SourcePerson,
  sourceAway,
} from '../../src/core/directory/index.ts';
import { identityLookup, personReader } from '../../src/edge/store/hub/directory.ts';
import { saveOrganisations, savePeople } from '../../src/edge/store/hub/directory-write.ts';
import { heldSince } from '../../src/edge/store/hub/held-changes.ts';
import { identityVault } from '../../src/edge/store/hub/identity-vault.ts';
import { aloneWithFeed, feedState, originsOf } from '../../src/edge/store/hub/people-feed.ts';
import { commission, hsaKey, record, townNumber } from '../fakes/told-people.ts';
import { snapshot } from '../fakes/ward.ts';
import { keyring } from './apply-world.ts';
import { type ContractDatabase, onEachServer } from './servers.ts';

const hsa = (at: number) => `SE2120000142-F${at}`;
const fed = (at: number, change: Partial<SourcePerson> = {}): SourcePerson =>
  record(hsa(at), {
    key: entryKey('own', `o${at}`),
    identifiers: [hsaKey(hsa(at))],
    commissions: [
      commission(entryCommission(`o${at}`, 'nurse'), { role: 'nurse', purpose: undefined, unit: undefined }),
    ],
    attributes: { mail: [`f${at}@own`] },
    ...change,
  });

onEachServer('change feeds of people', (database) => {
  let pool: ContractDatabase['pool'];
  const vault = identityVault(keyring);
  let now = Date.now();
  const clock = () => now;
  /** What the source has, what of it changed, and how it breaks. */
  let entries = new Map<string, SourcePerson>();
  let changed: FedEntry[] = [];
  let usn = 1;
  let breaksAfter = Number.POSITIVE_INFINITY;
  let knows = (_: string) => true;
  let source: PersonSourceRecord;
  const own = (change: Partial<NonNullable<PersonSourceRecord['people']>> = {}): PersonSourceRecord =>
    ({
      id: 'own',
      name: { en: 'Own' },
      kind: 'adPeople',
      closed: false,
      truth: { mail: 60 },
      people: {
        organisations: ['town'],
        creates: true,
        syncSeconds: 60,
        fullSeconds: 86_400,
        freshSeconds: 3600,
        ...change,
      },
    }) as unknown as PersonSourceRecord;
  const read = async (cursor: string | undefined): Promise<FeedRead> => {
    const isWhole = cursor === undefined || !knows(cursor);
    const all = isWhole ? [...entries].map(([object, one]) => ({ object, record: one })) : changed;
    return {
      kind: isWhole ? 'everybody' : 'changes',
      cursor: String(usn),
      pages: (async function* () {
        let given = 0;
        for (const entry of all) {
          if (given >= breaksAfter) throw sourceAway('it broke off');
          given += 1;
          yield [entry];
        }
        if (given >= breaksAfter) throw sourceAway('it broke off');
      })(),
    };
  };
  const parts = (): FeedParts => ({
    pool,
    vault,
    clock,
    random: systemRandom,
    snapshot: () => snapshot({ personSources: new Map([['own', source]]) }),
    feedOf: () => ({ read, find: async () => [], look: async () => [] }),
  });
  const sync = async (wish: { full?: boolean; dryRun?: boolean } = {}) => {
    const synced = await syncFeed(parts(), source, wish);
    assert.ok(synced !== undefined, 'another reads it');
    const { kind, created, changed: many, ended, refused } = synced;
    return [kind, created, many, ended, refused];
  };
  const holder = async (at: number) => (await identityLookup(pool, vault).find([hsaKey(hsa(at))]))[0]?.person;
  const facts = async (at: number) =>
    (await personReader(pool).facts((await holder(at)) ?? '')) ?? assert.fail('nobody');
  const missing = async () =>
    Number((await pool.query('SELECT count(*) FROM hub.assignment WHERE missing_since IS NOT NULL')).rows[0].count);
  const put = (at: number, change: Partial<SourcePerson> = {}) => {
    entries.set(`o${at}`, fed(at, change));
    changed = [{ object: `o${at}`, record: entries.get(`o${at}`) }];
    usn += 1;
  };
  const file = async (id: string, at: number, mail: string, isNew = true) => {
    const client = await pool.connect();
    const person = {
      id,
      givenName: id,
      familyName: 'Filed',
      closed: false,
      protectedIdentity: false,
      attributes: { mail },
    };
    await savePeople(
      client,
      [{ person, assignments: [], link: isNew ? [vault.row(hsaKey(hsa(at)))] : [], unlink: [] }],
      'apply',
      now,
    ).finally(() => client.release());
  };

  before(async () => {
    pool = database.pool;
    await saveOrganisations(pool, [{ id: 'town', name: 'Smalltown', number: townNumber, closed: false }]);
  });
  beforeEach(async () => {
    await pool.query(
      'TRUNCATE hub.audit_event, hub.outbox, hub.people_feed, hub.person_word, hub.told_person, hub.assignment, hub.link, hub.identity, hub.held_change CASCADE',
    );
    await pool.query('DELETE FROM hub.person');
    entries = new Map();
    changed = [];
    usn = 1;
    breaksAfter = Number.POSITIVE_INFINITY;
    knows = () => true;
    source = own();
    now = Date.now();
  });

  test('everybody first, then what changed; again is nothing', async () => {
    for (const at of [1, 2, 3]) put(at);
    assert.deepEqual(await sync(), ['everybody', 3, 0, 0, 0]);
    const one = await facts(1);
    assert.deepEqual(
      [one.assignments[0]?.role, one.assignments[0]?.hsaId, one.person.attributes['mail']],
      ['nurse', hsa(1), 'f1@own'],
    );
    put(2, { familyName: 'Other', key: entryKey('own', 'o2') });
    assert.deepEqual(await sync(), ['changes', 0, 1, 0, 0]);
    assert.equal((await facts(2)).person.familyName, 'Other');
    assert.deepEqual(await sync(), ['changes', 0, 0, 0, 0]);
  });

  test('a dry run says the same and changes nothing', async () => {
    put(1);
    assert.deepEqual(await sync({ dryRun: true }), ['everybody', 1, 0, 0, 0]);
    assert.equal(await holder(1), undefined);
    assert.equal((await feedState(pool, 'own')).cursor, undefined);
    assert.equal(Number((await pool.query('SELECT count(*) FROM hub.audit_event')).rows[0].count), 0);
  });

  test('without creates nobody is made, and who is here is told of', async () => {
    source = own({ creates: false });
    await file('anna', 1, 'file@town');
    for (const at of [1, 2]) put(at);
    assert.deepEqual(await sync(), ['everybody', 0, 1, 0, 0]);
    assert.equal(await holder(1), 'anna');
    assert.equal(await holder(2), undefined);
    const { person, assignments } = await facts(1);
    assert.deepEqual([person.familyName, person.attributes['mail'], assignments.length], ['Filed', 'f1@own', 1]);
    const origins = await originsOf(pool, 'anna');
    assert.deepEqual(
      origins?.words
        .filter(({ holds }) => holds)
        .map(({ attribute, source: by }) => `${attribute} ${by}`)
        .sort(),
      ['familyName file', 'givenName file', 'mail own'],
    );
    assert.deepEqual(
      origins?.assignments.map(({ source: by }) => by),
      ['own'],
    );
    assert.deepEqual(
      origins?.links.map(({ namespace }) => namespace),
      ['directory:own', 'hsa-id'],
    );
  });

  test('a file that writes over a word of higher rank loses at the next reading', async () => {
    await file('anna', 1, 'file@town');
    put(1);
    await sync();
    await file('anna', 1, 'again@town', false);
    assert.equal((await facts(1)).person.attributes['mail'], 'again@town');
    changed = [];
    await sync();
    assert.equal((await facts(1)).person.attributes['mail'], 'f1@own');
  });

  test('a new identity of the same entry keeps the person, and the old one is history (K10)', async () => {
    put(1);
    await sync();
    const before = await holder(1);
    const [given] = (await facts(1)).assignments;
    entries.set('o1', fed(1, { identifiers: [hsaKey(hsa(9))] }));
    changed = [{ object: 'o1', record: entries.get('o1') }];
    await sync();
    assert.equal(await holder(9), before);
    assert.equal(await holder(1), undefined);
    assert.equal((await facts(9)).assignments[0]?.id, given?.id);
  });

  test('who is gone has an assignment that is missing, and it ends', async () => {
    for (const at of [1, 2]) put(at);
    await sync();
    const gone = await holder(1);
    changed = [{ object: 'o1' }];
    assert.deepEqual(await sync(), ['changes', 0, 0, 1, 0]);
    await endMissingCommissions({ pool, clock, seals: keyring, profiles: () => new Map() });
    const { rows } = await pool.query("SELECT payload FROM hub.outbox WHERE kind = 'assignmentsEnded'");
    assert.equal(rows[0]?.payload.person, gone);
  });

  test('a second entry of the same human ends nothing that the first gives', async () => {
    put(1);
    await sync();
    entries.set('o7', fed(7, { identifiers: [hsaKey(hsa(1))], commissions: [] }));
    changed = [{ object: 'o7', record: entries.get('o7') }];
    await sync();
    assert.equal(await missing(), 0);
  });

  describe('nothing is concluded', () => {
    beforeEach(async () => {
      for (const at of [1, 2, 3]) put(at);
      await sync();
      usn += 1;
    });
    const refuses = async (why: RegExp, wish: { full?: boolean } = { full: true }) => {
      const { cursor } = await feedState(pool, 'own');
      await assert.rejects(syncFeed(parts(), source, wish), (thrown: Error & { detail?: string; cause?: Error }) =>
        why.test(`${thrown.message} ${thrown.detail} ${thrown.cause?.message}`),
      );
      assert.equal(await missing(), 0);
      assert.equal((await feedState(pool, 'own')).cursor, cursor, 'the place in the feed stays');
    };

    test('from a reading that breaks off half-way', async () => {
      breaksAfter = 1;
      await refuses(/broke off/);
    });
    test('from one that breaks off at its end', async () => {
      breaksAfter = 3;
      await refuses(/broke off/);
    });
    test('from one that shows nobody', async () => {
      entries.clear();
      await refuses(/shows nobody/);
    });
    test('from one while another hub reads', async () => {
      await aloneWithFeed(pool, 'own', async () =>
        assert.equal(await syncFeed(parts(), source, { full: true }), undefined),
      );
    });
    test('and a fault is noted, and tried again at the next turn alone', async () => {
      breaksAfter = 0;
      now += 61_000;
      changed = [{ object: 'o1', record: entries.get('o1') }];
      const faults: string[] = [];
      await syncDueFeeds(parts(), (_, fault) => faults.push(fault));
      await syncDueFeeds(parts(), (_, fault) => faults.push(fault));
      assert.equal(faults.length, 1, faults.join());
      assert.match((await feedState(pool, 'own')).fault ?? '', /broke off/);
    });
  });

  test('a place that the source does not know any more means everybody', async () => {
    for (const at of [1, 2]) put(at);
    await sync();
    entries.delete('o1');
    knows = () => false;
    assert.deepEqual(await sync(), ['everybody', 0, 0, 1, 0]);
  });

  test('everybody is read daily', async () => {
    put(1);
    await sync();
    now += 86_400_000;
    assert.equal((await sync())[0], 'everybody');
  });

  test('a reading that ends too many is held', async () => {
    for (let at = 0; at < 30; at += 1) put(at);
    await sync();
    for (let at = 0; at < 25; at += 1) entries.delete(`o${at}`);
    assert.deepEqual(await sync({ full: true }), ['everybody', 0, 0, 25, 0]);
    await endMissingCommissions({ pool, clock, seals: keyring, profiles: () => new Map() });
    assert.equal((await heldSince(pool, now - 1000)).length, 1);
    assert.equal(
      Number((await pool.query("SELECT count(*) FROM hub.outbox WHERE kind = 'assignmentsEnded'")).rows[0].count),
      0,
    );
  });
});
