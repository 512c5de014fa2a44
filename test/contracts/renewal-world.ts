// What the contracts of renewals of many share: an installation with officers and holders, a desk, and what became of a job.
import assert from 'node:assert/strict';
import { before, beforeEach } from 'node:test';
import { renewSome } from '../../src/apps/hub/ordering/card-loops.ts';
import { renewalDesk } from '../../src/apps/hub/ordering/renewal-desk.ts';
import type { CatalogueSnapshot } from '../../src/core/catalogue/index.ts';
import type { RenewalAction } from '../../src/core/ordering/index.ts';
import type { Session } from '../../src/core/sessions/index.ts';
import { saveGrant } from '../../src/edge/store/hub/administrations.ts';
import { renewalById } from '../../src/edge/store/hub/card-renewals.ts';
import { saveOrganisations } from '../../src/edge/store/hub/directory-write.ts';
import { profile } from '../fakes/ordering-facts.ts';
import { makeCards } from './make-cards.ts';
import type { ContractDatabase } from './servers.ts';

export const day = 86_400_000;
/** A kind of card that asks for two officers. */
export const two = { ...profile, id: 'two-card', dualControl: true };
export const profiles = new Map([
  [profile.id, profile],
  [two.id, two],
]);
const catalogue = () => ({ cardProfiles: profiles }) as unknown as CatalogueSnapshot;

/** Officers `olof` and `siri`, and `mona` who orders, at the hospital; each test has its own cards. `at.now` is the hub's clock. */
export function renewalWorld(database: ContractDatabase) {
  const at = { now: Date.now() };
  const clock = () => at.now;
  const session = (person: string) => ({ id: `session of ${person}`, person }) as Session;
  const [olof, siri, mona] = ['olof', 'siri', 'mona'].map(session) as [Session, Session, Session];
  const desk = () => renewalDesk({ pool: database.pool, catalogue, clock });
  const parts = () => ({ pool: database.pool, clock, profiles: () => profiles });

  before(async () => {
    const { pool } = database;
    const { now } = at;
    await saveOrganisations(pool, [
      { id: 'hospital', name: 'Hospital', number: '200000007', closed: false },
      { id: 'clinic', name: 'Clinic', number: '200000008', parent: 'hospital', closed: false },
      { id: 'other', name: 'Other', number: '200000009', closed: false },
    ]);
    for (const id of ['olof', 'siri', 'mona'])
      await pool.query("INSERT INTO hub.person (id, given_name, family_name) VALUES ($1, initcap($1), 'Ek')", [id]);
    for (const [person, role] of [
      ['olof', 'card-officer'],
      ['siri', 'card-officer'],
      ['mona', 'card-orderer'],
    ] as const)
      await saveGrant(
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
  });
  beforeEach(async () => {
    const { pool } = database;
    await pool.query(
      'TRUNCATE hub.card_renewal, hub.card_renewal_item, hub.card, hub.card_step, hub.card_certificate, hub.audit_event CASCADE',
    );
    await pool.query("DELETE FROM hub.assignment WHERE person LIKE 'h%'");
    await pool.query("DELETE FROM hub.person WHERE id LIKE 'h%'");
    at.now = Date.now();
  });

  const cards = (count: number, given: Partial<Parameters<typeof makeCards>[1]> = {}) =>
    makeCards(database.pool, {
      organisation: 'clinic',
      profile: profile.id,
      count,
      validUntil: at.now + 30 * day,
      prefix: 'h',
      ...given,
    });
  const dayText = (when: number) => new Date(when).toISOString().slice(0, 10);
  const draft = async (who = olof, kind = profile.id, organisation = 'hospital') => {
    const done = await desk().draft(who, { organisation, profile: kind, day: dayText(at.now + 60 * day) });
    assert.ok(done.kind === 'done', JSON.stringify(done));
    return done.id;
  };
  const act = async (who: Session, id: string, action: RenewalAction) => {
    const job = await renewalById(database.pool, id);
    return desk().act(who, id, action, job?.revision ?? 0);
  };
  const must = async (who: Session, id: string, action: RenewalAction) =>
    assert.equal((await act(who, id, action)).kind, 'done', action);
  const look = async (id: string, search = {}) => {
    const view = await desk().look(olof, id, { words: '', show: undefined, after: undefined, ...search });
    assert.ok(view);
    return view;
  };
  const run = async (id: string) => {
    while ((await renewalById(database.pool, id))?.state === 'running') await renewSome(parts(), 100);
  };
  const events = async (job: string) =>
    (
      await database.pool.query<{ kind: string; text: string }>(
        'SELECT kind, text FROM hub.audit_event WHERE strpos(text, $1) > 0 ORDER BY id',
        [job],
      )
    ).rows;
  const renewals = async () =>
    (
      await database.pool.query<{ replaces: string; state: string; holder: string }>(
        'SELECT replaces, state, holder FROM hub.card WHERE replaces IS NOT NULL ORDER BY replaces',
      )
    ).rows;
  return { at, olof, siri, mona, desk, parts, cards, dayText, draft, act, must, look, run, events, renewals };
}
