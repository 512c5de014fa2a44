// The contract of the store of administration and of drafts: one decision a draft, with its application and trail, or nothing at all.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { auditRow } from '../../src/core/audit/index.ts';
import type { StoredItem } from '../../src/core/catalogue/index.ts';
import { sampleItems, sampleJwk } from '../../src/core/catalogue/sample-items.ts';
import type { Administration } from '../../src/core/directory/index.ts';
import { type ClientDraft, claimDraft, type DraftReads, draftEnd, saveDraft } from '../../src/core/grants/index.ts';
import {
  endGrants,
  grantsOf,
  grantsOver,
  organisationsUpward,
  saveGrant,
} from '../../src/edge/store/hub/administrations.ts';
import { readItems, readRevision, writeItems } from '../../src/edge/store/hub/catalogue.ts';
import { confirmDraft, refuseDraft } from '../../src/edge/store/hub/client-draft-decision.ts';
import { clientDraftReads, draftById, waitingDrafts } from '../../src/edge/store/hub/client-drafts.ts';
import { createCommitter } from '../../src/edge/store/hub/committer.ts';
import { saveOrganisations } from '../../src/edge/store/hub/directory-write.ts';
import { keepHouse } from '../../src/edge/store/hub/housekeeping.ts';
import { type ContractDatabase, onEachServer } from './servers.ts';

const now = Date.now();
const day = 86_400_000;

onEachServer('drafts of clients', (database) => {
  let pool: ContractDatabase['pool'];
  let drafts: DraftReads;
  before(async () => {
    pool = database.pool;
    drafts = clientDraftReads(pool);
    await saveOrganisations(pool, [
      { id: 'hospital', name: 'Hospital', number: '200000007', closed: false },
      { id: 'clinic', name: 'Clinic', number: '200000008', parent: 'hospital', closed: false },
    ]);
    for (const id of ['kari', 'lars'])
      await pool.query("INSERT INTO hub.person (id, given_name, family_name) VALUES ($1, $1, 'X')", [id]);
    await writeItems(pool, sampleItems(), []);
    for (const person of ['kari', 'lars']) await saveGrant(pool, grant(person), now);
  });

  const grant = (person: string): Administration => ({
    id: `grant of ${person}`,
    person,
    role: 'organisation-administrator',
    scope: { kind: 'organisation', organisation: 'hospital' },
    from: now - day,
    until: now + 60 * day,
    grantedBy: 'test',
    reason: 'Contact person',
    endedAt: undefined,
    endedBy: undefined,
  });
  const draftOf = (id: string, change: Partial<ClientDraft> = {}): ClientDraft => ({
    id,
    system: 'practice',
    organisation: 'clinic',
    thumbprint: `key of ${id}`,
    asks: {
      number: '200000008',
      jwk: { ...sampleJwk, kid: id },
      scopes: ['record:read'],
      redirectUris: ['http://localhost:1/cb'],
      postLogoutRedirectUris: [],
      children: [],
    },
    createdAt: now,
    expiresAt: draftEnd(now),
    ...change,
  });
  const save = async (...all: ClientDraft[]) => {
    const committer = createCommitter({
      connection: database.connection,
      node: `test ${all[0]?.id}`,
      toEventRow: (event) => ({ ...auditRow(event) }),
      seal: () => '',
    });
    for (const draft of all) {
      const commit = { claims: [claimDraft(draft)], writes: [saveDraft(draft)], ifWon: [], ifLost: [] };
      assert.deepEqual(await committer.commit(commit), { won: true });
    }
    await committer.close();
  };
  const wish = (draft: string, person = 'kari', at = now) => ({
    draft,
    person: { id: person },
    session: 's',
    reference: 'R',
    now: at,
  });
  const application = async (id: string): Promise<StoredItem | undefined> =>
    (await readItems(pool)).find((item) => item.kind === 'application' && item.id === id);
  const events = async (id: string) =>
    (await pool.query<{ kind: string }>('SELECT kind FROM hub.audit_event WHERE application = $1', [id])).rows.map(
      ({ kind }) => kind,
    );

  test('what is stored is what is read: drafts, those that wait, and the organisation of a number', async () => {
    const whole = draftOf('whole', { asks: { ...draftOf('whole').asks, returnUri: 'http://localhost/confirmed' } });
    await save(whole, draftOf('old', { createdAt: now - 31 * day, expiresAt: now - day }));
    const undecided = { decision: undefined, decidedAt: undefined, decidedBy: undefined, reason: undefined };
    assert.deepEqual(await drafts.draftOfKey('key of whole'), { ...whole, ...undecided });
    assert.deepEqual(await draftById(pool, 'whole'), { ...whole, ...undecided });
    assert.equal(await draftById(pool, 'nothing'), undefined);
    assert.equal(await drafts.waiting('practice', 'clinic', now), 1);
    const waiting = async (...at: string[]) => (await waitingDrafts(pool, at, now)).map(({ id }) => id);
    assert.deepEqual([await waiting('hospital'), await waiting('clinic'), await waiting()], [['whole'], ['whole'], []]);
    assert.equal((await drafts.organisationByNumber('200000008'))?.id, 'clinic');
    assert.equal(await drafts.organisationByNumber('1'), undefined);
    assert.deepEqual([...(await organisationsUpward(pool, 'clinic')).keys()].sort(), ['clinic', 'hospital']);
    assert.deepEqual(await grantsOf(pool, 'kari'), [grant('kari')]);
    assert.equal((await grantsOver(pool, ['hospital'])).length, 2);
  });

  test('of ten decisions of two administrators at one moment one is made, with its application and one event', async () => {
    await save(draftOf('race'));
    const before = await readRevision(pool);
    const ends = await Promise.all(
      Array.from({ length: 10 }, (_, at) => confirmDraft(pool, wish('race', at % 2 === 0 ? 'kari' : 'lars'))),
    );
    assert.deepEqual(ends.map(({ kind }) => kind).sort(), ['done', ...Array(9).fill('late')]);
    assert.ok(ends.every((end) => end.kind === 'done' || (end.kind === 'late' && end.standing === 'confirmed')));
    assert.equal(await readRevision(pool), before + 1);
    assert.deepEqual(await events('race'), ['admin.clientConfirmed']);
    const { doc } = (await application('race')) ?? {};
    assert.equal((doc as { clientSystem: string }).clientSystem, 'practice');
    assert.equal((await draftById(pool, 'race'))?.decision, 'confirmed');
  });

  test('nothing is half made: what fails on the last step leaves draft and catalogue as they were', async () => {
    await save(draftOf('crash'));
    const before = await readRevision(pool);
    await pool.query(
      `CREATE FUNCTION hub.refuse_event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'power failure'; END $$`,
    );
    await pool.query(
      `CREATE TRIGGER refuse BEFORE INSERT ON hub.audit_event FOR EACH ROW WHEN (NEW.application = 'crash') EXECUTE FUNCTION hub.refuse_event()`,
    );
    await assert.rejects(confirmDraft(pool, wish('crash')), /power failure/);
    await pool.query('DROP TRIGGER refuse ON hub.audit_event');
    assert.deepEqual([await readRevision(pool), await application('crash')], [before, undefined]);
    assert.equal((await draftById(pool, 'crash'))?.decision, undefined);
    assert.equal((await confirmDraft(pool, wish('crash'))).kind, 'done');
  });

  test('a stranger, a draft that is over, and one that no longer fits make nothing', async () => {
    await save(
      draftOf('mine'),
      draftOf('too-much', { asks: { ...draftOf('x').asks, scopes: ['record:write'] } }),
      draftOf('gone', { system: 'gone' }),
      draftOf('lost', { organisation: 'nowhere' }),
    );
    const standing = async (id: string, person = 'kari', at = now) => {
      const end = await confirmDraft(pool, wish(id, person, at));
      return end.kind === 'late' ? end.standing : end.kind;
    };
    assert.equal(await standing('mine', 'nobody'), 'noRight');
    assert.equal(await standing('lost'), 'noRight');
    assert.equal(await standing('nothing'), 'unknown');
    assert.equal(await standing('old'), 'expired');
    assert.equal(await standing('mine', 'kari', now + 30 * day), 'expired');
    assert.equal(await standing('too-much'), 'misfit');
    assert.equal(await standing('gone'), 'misfit');
    assert.equal(await application('mine'), undefined);
    assert.equal((await refuseDraft(pool, wish('mine'), 'Not ours')).kind, 'done');
    assert.equal(await standing('mine'), 'refused');
    assert.equal((await draftById(pool, 'mine'))?.reason, 'Not ours');
    assert.deepEqual(await events('mine'), ['admin.clientRefused']);
  });

  test('a grant that was taken back decides nothing; it is ended once, and told once', async () => {
    await save(draftOf('after'));
    const by = { who: 'test', reason: 'Left' };
    assert.equal((await endGrants(pool, { id: 'grant of lars' }, by, now)).length, 1);
    assert.equal((await endGrants(pool, { people: ['lars'] }, by, now)).length, 0);
    const end = await confirmDraft(pool, wish('after', 'lars'));
    assert.deepEqual(end, { kind: 'late', standing: 'noRight' });
    const told = await pool.query("SELECT FROM hub.audit_event WHERE kind = 'admin.administrationEnded'");
    assert.equal(told.rowCount, 1);
  });

  test('housekeeping forgets a draft a month after its end, and no sooner', async () => {
    await keepHouse(pool, now + 29 * day);
    assert.ok(await draftById(pool, 'old'));
    await keepHouse(pool, now + 31 * day);
    assert.equal(await draftById(pool, 'old'), undefined);
    assert.ok(await draftById(pool, 'after'));
  });
});
