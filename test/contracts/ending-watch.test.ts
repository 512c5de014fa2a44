// The contract of endings that the hub finds itself: employments that ran out, lost licences, old names; few at once, many held.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { carryOut } from '../../src/apps/hub/brake/carry-out.ts';
import { askAboutLicences, type LicenceParts } from '../../src/apps/hub/brake/licences.ts';
import { endLostLicences, endOldNames, endRunOutEmployments } from '../../src/apps/hub/brake/watch.ts';
import { endCardsOf } from '../../src/apps/hub/ordering/card-work.ts';
import { Problem } from '../../src/base/problem.ts';
import type { CardProfile } from '../../src/core/catalogue/index.ts';
import type { Professional } from '../../src/core/context/index.ts';
import type { HolderNews } from '../../src/core/ordering/index.ts';
import { saveGrant } from '../../src/edge/store/hub/administrations.ts';
import { cardById, certificatesByHand, findCards, openCardsOf } from '../../src/edge/store/hub/cards.ts';
import { saveOrganisations, savePeople } from '../../src/edge/store/hub/directory-write.ts';
import {
  cardsWithOldNames,
  employmentsRunOut,
  keepLicenceAnswer,
  licenceAnswerCounts,
  licencesLost,
  licencesToAsk,
} from '../../src/edge/store/hub/ending-watch.ts';
import { decideHeldChange, heldPeople, heldSince } from '../../src/edge/store/hub/held-changes.ts';
import { outboxStore } from '../../src/edge/store/hub/outbox.ts';
import { staffCard } from '../fakes/shown-cards.ts';
import { keyring } from './apply-world.ts';
import { madeCard } from './made-card.ts';
import { type ContractDatabase, onEachServer } from './servers.ts';

const day = 86_400_000;
const advanced: CardProfile = {
  ...staffCard,
  id: 'advanced',
  endsBy: ['employmentEnded', 'licenceLost'],
  nameChange: 'revoke',
};
const renamed: CardProfile = { ...staffCard, id: 'renamed', nameChange: 'replace', nameChangeDays: 14 };
const profiles = () => new Map([staffCard, advanced, renamed].map((each) => [each.id, each]));

onEachServer('endings that the hub finds', (database) => {
  let pool: ContractDatabase['pool'];
  const start = Date.now();
  let now = start;
  const clock = () => now;
  const parts = () => ({ pool, clock, seals: keyring, profiles });
  const people = Array.from({ length: 120 }, (_, index) => `p${String(index).padStart(3, '0')}`);
  const work = async () => {
    const queue = outboxStore(pool);
    for (;;) {
      const taken = await queue.take(100, ['cardIssuer', 'cardStopped']);
      if (taken.length === 0) return;
      for (const { id, kind, payload } of taken) {
        if (kind === 'heldChange') await carryOut(parts(), String(payload['held']));
        if (kind === 'holderNews')
          for (const { what, organisations } of payload['news'] as readonly HolderNews[])
            await endCardsOf(parts(), String(payload['person']), what, organisations);
        await queue.done(id);
      }
    }
  };
  const stateOf = async (card: string) => {
    const found = await cardById(pool, card);
    return found?.state === 'ended' ? `ended ${found.ending}` : found?.state;
  };
  const ended = async (profile: string) =>
    Number(
      (await pool.query("SELECT count(*) AS n FROM hub.card WHERE profile = $1 AND state = 'ended'", [profile])).rows[0]
        .n,
    );
  const waiting = async () => (await heldSince(pool, start)).filter(({ state }) => state === 'waiting');
  const person = (id: string, familyName = 'Ek') => ({
    id,
    givenName: id,
    familyName,
    closed: false,
    protectedIdentity: false,
    attributes: {},
  });
  const employed = (id: string) => [
    {
      id: `a-${id}`,
      person: id,
      organisation: 'clinic',
      role: 'nurse',
      hprNumber: id.slice(1),
      until: start + 10 * day,
    },
    // Stays with the lab.
    { id: `b-${id}`, person: id, organisation: 'lab', role: 'nurse' },
  ];
  const decide = (id: string, action: 'approve' | 'refuse', who: string) =>
    decideHeldChange(pool, id, action, {
      person: who,
      session: 's',
      reference: 'R',
      isProven: true,
      reason: 'wrong',
      now,
    });

  before(async () => {
    pool = database.pool;
    await saveOrganisations(pool, [
      { id: 'region', name: 'Region', closed: false },
      { id: 'clinic', name: 'Clinic', parent: 'region', closed: false },
      { id: 'lab', name: 'Lab', parent: 'region', closed: false },
    ]);
    await savePeople(
      pool,
      people.map((id) => ({ person: person(id), assignments: employed(id), link: [], unlink: [] })),
      'test',
      now,
    );
    for (const who of ['anna', 'bo']) {
      await savePeople(pool, [{ person: person(who), assignments: [], link: [], unlink: [] }], 'test', now);
      await saveGrant(
        pool,
        {
          id: who,
          person: who,
          role: 'ending-approver',
          scope: { kind: 'organisation', organisation: 'region' },
          from: start - day,
          until: start + 90 * day,
          grantedBy: 'test',
          reason: 'test',
        },
        now,
      );
    }
  });

  describe('licences', () => {
    const register = new Map<string, Professional>();
    let away = false;
    let asked: string[] = [];
    const licences = (given: Partial<LicenceParts> = {}): LicenceParts => ({
      pool,
      clock,
      profiles,
      hasProfessionals: () => true,
      nationalNumber: async () => undefined,
      professionals: {
        async find(who) {
          const number = 'hprNumber' in who ? who.hprNumber : '';
          asked.push(number);
          if (away) throw new Problem({ kind: 'unavailable', code: 'unavailable' });
          return register.get(number);
        },
      },
      pace: { everyMs: day, aRound: 10 },
      ...given,
    });
    const set = (id: string, until?: number) =>
      register.set(id.slice(1), { hprNumber: id.slice(1), authorisations: [{ profession: 'LE', until }] });
    const allAsked = async () => {
      while ((await askAboutLicences(licences())) > 0);
      await endLostLicences(parts());
      await work();
    };
    const holders = people.slice(0, 40);

    before(async () => {
      for (const id of holders) {
        await madeCard(pool, `adv-${id}`, id, 'clinic', 'advanced');
        set(id);
      }
      await madeCard(pool, 'staff-p000', 'p000', 'clinic');
    });

    test('holders are asked about in small bites, each once a day', async () => {
      asked = [];
      assert.equal(await askAboutLicences(licences()), 10);
      assert.equal(await askAboutLicences(licences()), 10);
      assert.equal(new Set(asked).size, 20);
      await allAsked();
      assert.equal(asked.length, 40);
      assert.equal(await askAboutLicences(licences()), 0, 'not again before a day is over');
      assert.equal(await ended('advanced'), 0);
    });

    test('a lost licence ends the card that goes by it, and not the login card', async () => {
      now += day;
      set('p000', now - 1);
      await allAsked();
      assert.deepEqual([await stateOf('adv-p000'), await stateOf('staff-p000')], ['ended licenceLost', 'inUse']);
      assert.equal(await ended('advanced'), 1);
    });

    test('who is not found, or known without a right, or cannot be asked, keeps the card', async () => {
      now += day;
      register.delete('001');
      register.set('002', { hprNumber: '002', authorisations: [] });
      await allAsked();
      assert.equal(await ended('advanced'), 1);
      const counts = await licenceAnswerCounts(pool, ['advanced']);
      assert.deepEqual([counts.get('notFound'), counts.get('none'), counts.get('holds')], [1, 1, 37]);
    });

    test('a register that is away ends nothing, and is not asked on and on', async () => {
      now += day;
      for (const id of holders) set(id, now - 1);
      away = true;
      asked = [];
      assert.equal(await askAboutLicences(licences()), 0);
      assert.equal(asked.length, 1);
      await endLostLicences(parts());
      await work();
      assert.equal(await ended('advanced'), 1);
      assert.equal(await askAboutLicences(licences({ hasProfessionals: () => false })), 0);
      away = false;
    });

    test('many at once are held even when they come in bites; refused, they are not brought in again; approved, they end', async () => {
      // One bite at a time, each below the limit by itself.
      for (let bite = 0; bite < 4 && (await waiting()).length === 0; bite += 1) {
        await askAboutLicences(licences({ pace: { everyMs: day, aRound: 1 } }));
        await endLostLicences(parts());
        await work();
      }
      const few = await ended('advanced');
      assert.ok(few <= 2, `${few} ended: two of 122 people are more than 1 %`);
      const [first] = await waiting();
      assert.ok(first);
      assert.equal((await decide(first.id, 'refuse', 'anna')).kind, 'done');
      await endLostLicences(parts());
      assert.deepEqual(await waiting(), [], 'what was refused is not asked again');
      await allAsked();
      assert.deepEqual(await waiting(), [], 'more of it is gathered for an hour');
      now += 3_600_001;
      await endLostLicences(parts());
      const [second, ...more] = await waiting();
      assert.ok(second && more.length === 0);
      await endLostLicences(parts());
      assert.equal((await waiting())[0]?.id, second.id);
      assert.equal((await heldPeople(pool, second.id, '', 100)).length, 40 - few);
      for (const who of ['anna', 'bo']) await decide(second.id, 'approve', who);
      await endLostLicences(parts());
      await work();
      assert.equal(await ended('advanced'), 40);
      assert.equal(await stateOf('staff-p000'), 'inUse');
    });
  });

  describe('employments', () => {
    test('one that ran out ends the card of that employer within a round; many are held and end when approved', async () => {
      const holders = people.slice(50, 80);
      for (const id of holders) {
        await madeCard(pool, `clinic-${id}`, id, 'clinic');
        await madeCard(pool, `lab-${id}`, id, 'lab', 'renamed');
      }
      await endRunOutEmployments(parts());
      await work();
      assert.equal(await stateOf('clinic-p050'), 'inUse');
      await pool.query("UPDATE hub.assignment SET valid_until = $1 WHERE id = 'a-p050'", [new Date(now)]);
      await pool.query("UPDATE hub.card SET state = 'declined' WHERE id = 'staff-p000'");
      await endRunOutEmployments(parts());
      await work();
      assert.deepEqual([await stateOf('clinic-p050'), await stateOf('lab-p050')], ['ended employmentEnded', 'inUse']);
      now = start + 11 * day;
      await endRunOutEmployments(parts());
      await work();
      const [held] = await waiting();
      assert.deepEqual([held?.source, held?.people, await stateOf('clinic-p051')], ['employments', 29, 'inUse']);
      for (const who of ['anna', 'bo']) await decide(held?.id ?? '', 'approve', who);
      await work();
      for (const id of holders)
        assert.deepEqual(
          [await stateOf(`clinic-${id}`), await stateOf(`lab-${id}`)],
          ['ended employmentEnded', 'inUse'],
          id,
        );
      await endRunOutEmployments(parts());
      assert.deepEqual(await waiting(), []);
    });
  });

  test('another name: revoked at once, or marked and ended when its days are over, as the profile says', async () => {
    const id = 'p100';
    await madeCard(pool, 'name-1', id, 'lab', 'renamed');
    await madeCard(pool, 'name-2', id, 'lab', 'advanced');
    await madeCard(pool, 'name-3', id, 'lab');
    const save = (familyName: string) =>
      savePeople(
        pool,
        [{ person: person(id, familyName), assignments: employed(id), link: [], unlink: [] }],
        'test',
        now,
      );
    await save('Berg');
    await work();
    const marked = await cardById(pool, 'name-1');
    assert.deepEqual([marked?.state, marked?.replaceBy], ['inUse', now + 14 * day]);
    assert.deepEqual([await stateOf('name-2'), await stateOf('name-3')], ['ended nameChanged', 'inUse']);
    now += day;
    await save('Lund');
    await work();
    assert.equal((await cardById(pool, 'name-1'))?.replaceBy, marked?.replaceBy, 'a second name does not put it off');
    await endOldNames(parts());
    assert.equal(await stateOf('name-1'), 'inUse');
    now = marked?.replaceBy ?? 0;
    await endOldNames(parts());
    assert.deepEqual([await stateOf('name-1'), await stateOf('name-3')], ['ended nameChanged', 'inUse']);
  });

  test('a card that ran out is over: no register is asked for it, no news ends it, and no plan names it', async () => {
    const id = 'p112';
    await madeCard(pool, 'gone-1', id, 'clinic', 'advanced');
    await pool.query("UPDATE hub.card SET replace_by = now() - interval '1 day' WHERE id = 'gone-1'");
    await keepLicenceAnswer(pool, id, 'ended', now);
    const all = [...profiles().keys()];
    const named = async () => [
      (await employmentsRunOut(pool, all, now)).some(({ person }) => person === id),
      (await licencesToAsk(pool, all, now, 1000)).includes(id),
      (await licencesLost(pool, all)).includes(id),
      (await licenceAnswerCounts(pool, ['advanced'])).get('ended') !== undefined,
      (await cardsWithOldNames(pool, now, 1000)).includes('gone-1'),
      (await openCardsOf(pool, [id])).length > 0,
    ];
    assert.deepEqual(new Set(await named()), new Set([true]));
    await pool.query("UPDATE hub.card SET state = 'expired' WHERE id = 'gone-1'");
    assert.deepEqual(new Set(await named()), new Set([false]));
  });

  test('what must be revoked by hand is counted, and found', async () => {
    await madeCard(pool, 'hand-1', 'p110', 'lab');
    const byHand = JSON.stringify([
      { issuer: 'outside', serial: '1' },
      { issuer: 'outside', serial: '2' },
    ]);
    await pool.query("UPDATE hub.card SET by_hand = $1, state = 'ended' WHERE id = 'hand-1'", [byHand]);
    assert.deepEqual(
      [
        await certificatesByHand(pool),
        await certificatesByHand(pool, ['region']),
        await certificatesByHand(pool, ['clinic']),
      ],
      [2, 2, 0],
    );
    const found = await findCards(pool, { organisations: ['region'], byHand: true }, 10);
    assert.deepEqual(
      found.map((card) => card.id),
      ['hand-1'],
    );
  });
});
