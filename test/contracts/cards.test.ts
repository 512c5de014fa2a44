// The contract of the store of cards and of the work behind them: one step at a time, with its trail, and one certificate an order.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { cardWork, endCardsOf } from '../../src/apps/hub/ordering/card-work.ts';
import { searchWords } from '../../src/base/search-words.ts';
import type { AdministrationRole } from '../../src/core/directory/index.ts';
import type {
  Card,
  CardAction,
  CertificateIssuer,
  CertificateWish,
  IssuerAnswer,
} from '../../src/core/ordering/index.ts';
import type { Delivery } from '../../src/core/outbox/index.ts';
import type { SessionPorts } from '../../src/core/sessions/index.ts';
import { saveGrant } from '../../src/edge/store/hub/administrations.ts';
import { askAgain, openIssuerWork } from '../../src/edge/store/hub/card-requests.ts';
import { orderCard, takeCardStep } from '../../src/edge/store/hub/card-steps.ts';
import { cardById, cardOfCertificate, cardSteps, cardsOf, findCards } from '../../src/edge/store/hub/cards.ts';
import { saveOrganisations } from '../../src/edge/store/hub/directory-write.ts';
import { outboxStore } from '../../src/edge/store/hub/outbox.ts';
import { certificate, newKey } from '../fakes/certificates.ts';
import { profile } from '../fakes/ordering-facts.ts';
import { type ContractDatabase, onEachServer } from './servers.ts';

const day = 86_400_000;
const profiles = new Map([[profile.id, profile]]);

onEachServer('cards', (database) => {
  let pool: ContractDatabase['pool'];
  let now = Date.now();
  const grant = (person: string, role: AdministrationRole) =>
    saveGrant(
      pool,
      {
        id: `${person} ${role}`,
        person,
        role,
        scope: { kind: 'organisation', organisation: 'hospital' },
        from: now - day,
        until: now + 365 * day,
        grantedBy: 'test',
        reason: 'test',
      },
      now,
    );
  before(async () => {
    pool = database.pool;
    await saveOrganisations(pool, [
      { id: 'hospital', name: 'Hospital', number: '200000007', closed: false },
      { id: 'clinic', name: 'Clinic', number: '200000008', parent: 'hospital', closed: false },
    ]);
    for (const id of ['mona', 'dag', 'olof', 'nina', 'lars', 'per'])
      await pool.query("INSERT INTO hub.person (id, given_name, family_name) VALUES ($1, initcap($1), 'Berg')", [id]);
    for (const id of ['nina', 'lars', 'per'])
      await pool.query(
        "INSERT INTO hub.assignment (id, person, organisation, role, hsa_id) VALUES ($1, $1, 'clinic', 'nurse', 'SE2000000081-' || upper($1))",
        [id],
      );
    await grant('mona', 'card-orderer');
    await grant('dag', 'card-orderer');
    await grant('olof', 'card-officer');
  });

  const wish = (person: string | undefined, input = {}) => ({
    from: { person, session: person && `session of ${person}`, reference: 'AAAA-BBBB' },
    input,
    now,
    profiles,
  });
  const wanted = (id: string, holder = 'nina', given: Partial<Card> = {}): Card => ({
    id,
    profile: profile.id,
    holder,
    organisation: 'clinic',
    state: 'ordered',
    revision: 1,
    orderedBy: 'mona',
    orderedAt: now,
    temporary: false,
    requests: [],
    certificates: [],
    byHand: [],
    ...given,
  });
  const step = async (id: string, action: CardAction, person: string | undefined, input = {}, seen?: number) =>
    takeCardStep(pool, id, action, wish(person, input), seen);
  const must = async (...args: Parameters<typeof step>) => {
    const taken = await step(...args);
    assert.ok(taken.kind === 'done', JSON.stringify(taken));
    return taken.card;
  };

  const asked: CertificateWish[] = [];
  const told: string[] = [];
  let revoking: 'done' | 'byHand' = 'done';
  const made = new Map<string, Uint8Array>();
  let answer: 'issue' | 'pending' | 'refuse' | 'away' = 'issue';
  const issuer: CertificateIssuer = {
    async submit(one): Promise<IssuerAnswer> {
      asked.push(one);
      if (answer === 'away') throw new Error('away');
      if (answer === 'pending') return { kind: 'pending', retryAfterSeconds: 60 };
      if (answer === 'refuse') return { kind: 'refused', reason: 'weak key' };
      const before = made.get(one.order) ?? certificate(one.holder.commonName ?? '', newKey(), undefined).der;
      made.set(one.order, before);
      return { kind: 'issued', certificate: before };
    },
    revoke: async (serial, why) => {
      told.push(`revoke ${serial} ${why}`);
      return { kind: revoking };
    },
    release: async (serial) => {
      told.push(`release ${serial}`);
      return { kind: 'done' };
    },
  };
  const ended: string[] = [];
  const work = async () => {
    const queue = outboxStore(pool);
    const workers = cardWork({
      pool,
      clock: () => now,
      profiles: () => profiles,
      issuer: (id) => (id === profile.issuer ? issuer : undefined),
      sessions: {
        store: {
          ofPerson: async (person: string) => {
            ended.push(person);
            return [];
          },
        },
      } as unknown as SessionPorts,
    });
    await pool.query('UPDATE hub.outbox SET not_before = now() WHERE done_at IS NULL AND dead_at IS NULL');
    for (;;) {
      const due: readonly Delivery[] = await queue.take(10, []);
      if (due.length === 0) return;
      for (const one of due) {
        try {
          await workers[one.kind as keyof typeof workers](one);
          await queue.done(one.id);
        } catch (error) {
          await queue.dead(one.id, String(error));
        }
      }
    }
  };

  test('from the order to the end, with its trail', async () => {
    const ordered = await orderCard(pool, wanted('c1'), wish('mona'));
    assert.ok(ordered.kind === 'done', JSON.stringify(ordered));
    await must('c1', 'approve', 'dag');
    await must('c1', 'checkIdentity', 'olof', { document: 'passport' });
    await must('c1', 'requestCertificates', 'olof', { requests: ['TUlJ'] });
    await work();
    const card = await cardById(pool, 'c1');
    assert.equal(card?.state, 'made');
    const [{ fingerprint, serial } = { fingerprint: '', serial: '' }] = card?.certificates ?? [];
    assert.deepEqual(await cardOfCertificate(pool, fingerprint), card);
    assert.deepEqual(asked[0]?.holder, { commonName: 'Nina Berg', serialNumber: 'SE2000000081-NINA' });
    assert.equal(asked[0]?.notAfter, now + 1095 * day);
    await must('c1', 'receive', 'nina');
    await pool.query(
      'INSERT INTO hub.outbox (id, kind, key, payload, not_before) VALUES (\'u\', \'cardUsed\', \'u\', \'{"card":"c1","person":"nina"}\', now())',
    );
    await work();
    assert.equal((await cardById(pool, 'c1'))?.state, 'inUse');
    await must('c1', 'suspend', 'nina');
    await must('c1', 'resume', 'olof');
    await must('c1', 'reportLost', 'nina', { ending: 'lost' });
    await work();
    assert.deepEqual(told, [`revoke ${serial} hold`, `release ${serial}`, `revoke ${serial} lost`]);
    assert.deepEqual(ended, ['nina', 'nina'], 'once for the suspension, once for the end');
    const steps = await cardSteps(pool, 'c1');
    assert.deepEqual(
      steps.map(({ action, by }) => `${action} ${by ?? 'hub'}`),
      [
        'order mona',
        'approve dag',
        'checkIdentity olof',
        'requestCertificates olof',
        'certify hub',
        'receive nina',
        'use hub',
        'suspend nina',
        'resume olof',
        'reportLost nina',
      ],
    );
    const trail = await pool.query<{ kind: string; text: string }>(
      "SELECT kind, text FROM hub.audit_event WHERE kind LIKE 'card.%' ORDER BY id",
    );
    assert.deepEqual(
      trail.rows.map(({ kind }) => kind),
      'ordered approved identityChecked requested made received used suspended resumed ended'
        .split(' ')
        .map((word) => `card.${word}`),
    );
    for (const { text } of trail.rows) assert.equal(JSON.parse(text).body.card, 'c1');
  });

  test('of two who decide at once, one wins and the other is told', async () => {
    await orderCard(pool, wanted('c2', 'lars'), wish('mona'));
    const [one, two] = await Promise.all([step('c2', 'approve', 'dag', {}, 1), step('c2', 'withdraw', 'mona', {}, 1)]);
    assert.deepEqual([one.kind, two.kind].sort(), ['done', 'refused']);
    assert.equal((await cardSteps(pool, 'c2')).length, 2);
  });

  test('twenty orders of the same card at once are one', async () => {
    const ordered = await Promise.all(
      Array.from({ length: 20 }, (_, index) => orderCard(pool, wanted(`many-${index % 4}`), wish('mona'))),
    );
    assert.equal(ordered.filter(({ kind }) => kind === 'done').length, 1);
    const open = (await cardsOf(pool, 'nina')).filter(({ state }) => state === 'ordered');
    assert.equal(open.length, 1);
    await must(open[0]?.id ?? '', 'decline', 'dag', { reason: 'test' });
  });

  test('an issuer that waits, refuses, is away, and answers twice: one certificate, nothing lost', async () => {
    await orderCard(pool, wanted('c3'), wish('mona'));
    await must('c3', 'approve', 'dag');
    await must('c3', 'checkIdentity', 'olof', { document: 'passport' });
    const { revision } = await must('c3', 'requestCertificates', 'olof', { requests: ['TUlK'] });
    const again = async (minutes: number) => {
      now += minutes * 60_000;
      await askAgain(pool, now);
      await work();
    };
    answer = 'pending';
    await work();
    await again(1);
    assert.equal((await cardById(pool, 'c3'))?.state, 'requested');
    answer = 'away';
    await again(1);
    await again(1);
    assert.equal((await cardById(pool, 'c3'))?.state, 'requested');
    answer = 'issue';
    await again(10);
    assert.equal((await cardById(pool, 'c3'))?.state, 'made');
    const orders = new Set(asked.slice(1).map(({ order }) => order));
    assert.deepEqual([...orders], [`c3:${revision}:0`], 'each time the same order');
    await pool.query("UPDATE hub.outbox SET done_at = NULL WHERE key = 'cardIssuer c3'");
    await work();
    assert.equal((await cardById(pool, 'c3'))?.certificates.length, 1);
    assert.equal((await cardById(pool, 'c3'))?.revision, revision + 1);
    await must('c3', 'end', 'olof', { ending: 'mistake' });
    await work();
  });

  test('a refusal of the issuer gives the card back to the officer; what was made for nobody is revoked', async () => {
    await orderCard(pool, wanted('c4'), wish('mona'));
    await must('c4', 'approve', 'dag');
    await must('c4', 'checkIdentity', 'olof', { document: 'passport' });
    await must('c4', 'requestCertificates', 'olof', { requests: ['TUlL'] });
    answer = 'refuse';
    await work();
    assert.equal((await cardById(pool, 'c4'))?.state, 'checked');
    assert.equal((await cardSteps(pool, 'c4')).at(-1)?.reason, 'weak key');
    answer = 'issue';
    await must('c4', 'requestCertificates', 'olof', { requests: ['TUlM'] });
    await pool.query("UPDATE hub.person SET closed = true WHERE id = 'nina'");
    told.length = 0;
    await work();
    assert.equal((await cardById(pool, 'c4'))?.state, 'requested');
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /^revoke [0-9a-f]+ mistake$/);
    await pool.query("UPDATE hub.person SET closed = false WHERE id = 'nina'");
    await must('c4', 'withdraw', 'mona');
  });

  test('what its issuer takes no revocation of is left to an officer, once, and shown until it is done', async () => {
    await orderCard(pool, wanted('c5'), wish('mona'));
    await must('c5', 'approve', 'dag');
    await must('c5', 'checkIdentity', 'olof', { document: 'passport' });
    await must('c5', 'requestCertificates', 'olof', { requests: ['TUlN'] });
    assert.equal((await openIssuerWork(pool, 'c5')).at(0)?.kind, 'submit');
    await work();
    assert.deepEqual(await openIssuerWork(pool, 'c5'), []);
    await must('c5', 'end', 'olof', { ending: 'mistake' });
    revoking = 'byHand';
    await work();
    await pool.query("UPDATE hub.outbox SET done_at = NULL WHERE key = 'cardIssuer c5'");
    await work();
    const card = await cardById(pool, 'c5');
    const [{ serial } = { serial: '' }] = card?.certificates ?? [];
    assert.deepEqual([card?.state, card?.byHand], ['ended', [{ issuer: 'own', serial }]]);
    assert.equal((await step('c5', 'confirmByHand', 'nina')).kind, 'refused');
    await must('c5', 'confirmByHand', 'olof');
    assert.deepEqual((await cardById(pool, 'c5'))?.byHand, []);
    assert.deepEqual(
      (await cardSteps(pool, 'c5')).slice(-2).map(({ action, by }) => `${action} ${by ?? 'hub'}`),
      ['leaveByHand hub', 'confirmByHand olof'],
    );
    revoking = 'done';
  });

  test('who leaves loses the cards whose kind says so, made or not, and a second telling changes nothing', async () => {
    await orderCard(pool, wanted('left-1'), wish('mona'));
    await must('left-1', 'approve', 'dag');
    await must('left-1', 'checkIdentity', 'olof', { document: 'passport' });
    await must('left-1', 'requestCertificates', 'olof', { requests: ['TUlO'] });
    await work();
    await orderCard(pool, wanted('left-2', 'per'), wish('mona'));
    const parts = { pool, clock: () => now, profiles: () => profiles };
    await endCardsOf(parts, 'nina', 'licenceLost');
    assert.equal((await cardById(pool, 'left-1'))?.state, 'made', 'a licence is none of a staff card’s affairs');
    told.length = 0;
    for (const person of ['nina', 'per', 'nina']) await endCardsOf(parts, person, 'employmentEnded');
    await work();
    const [left, never] = [await cardById(pool, 'left-1'), await cardById(pool, 'left-2')];
    assert.deepEqual([left?.state, left?.ending, never?.state], ['ended', 'employmentEnded', 'declined']);
    assert.equal(told.filter((one) => one.endsWith(' employmentEnded')).length, 1);
    const { length } = await cardSteps(pool, 'left-1');
    await endCardsOf(parts, 'nina', 'employmentEnded');
    assert.equal((await cardSteps(pool, 'left-1')).length, length);
  });

  test('lists: by organisation downwards, by state, by words of the name, page by page', async () => {
    const all = await findCards(pool, { organisations: ['hospital'] }, 100);
    assert.ok(all.length >= 5);
    assert.deepEqual(await findCards(pool, { organisations: ['elsewhere'] }, 100), []);
    const names = (words: string) =>
      findCards(pool, { organisations: ['hospital'], words: searchWords(words), id: words }, 100);
    assert.ok((await names('nina berg')).every(({ holder }) => holder === 'nina'));
    assert.deepEqual(await names('nobody'), []);
    assert.deepEqual(
      (await names('c3')).map(({ id }) => id),
      ['c3'],
    );
    assert.deepEqual(await findCards(pool, { organisations: ['hospital'], words: ['x'], id: '%' }, 100), []);
    const first = await findCards(pool, { organisations: ['hospital'] }, 2);
    const last = first.at(-1);
    assert.ok(last);
    const rest = await findCards(pool, { organisations: ['hospital'], after: last }, 100);
    assert.deepEqual([...first, ...rest], all);
    const ended = await findCards(pool, { organisations: ['clinic'], states: ['ended'] }, 100);
    assert.ok(ended.every(({ state }) => state === 'ended'));
  });
});
