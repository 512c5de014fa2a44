// K5: sources of people in a login: the first makes a person, each later one asks anew what has become old, and what each answer leads to.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { granted, LoginUser, said } from '../../../test/fakes/login-user.ts';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { enrolmentRule } from '../../../test/fakes/told-people.ts';
import { assignment, clientsAlone, ehr, hour, minute, person, snapshot } from '../../../test/fakes/ward.ts';
import type { EnrolmentRule, SourceOutage } from '../catalogue/enrolment-rule.ts';
import type { PersonFacts } from '../directory/directory.ts';
import type { Arrived, Enrolment, JourneyPorts } from './ports.ts';

type Asked = Parameters<Enrolment['arrive']>[0];

/** A hub whose source answers `arrived` at first logins; `freshen` at later ones. */
function ward(given: { rule?: Partial<EnrolmentRule>; arrived?: Arrived; outage?: SourceOutage } = {}) {
  const hub = new MemoryLogin();
  const rule = enrolmentRule({ populations: ['simple'], organisations: ['hospital'], ...given.rule });
  const applications = ['ehr', 'other'].map((id) => [id, { ...ehr, id, sourceOutage: given.outage }] as const);
  hub.catalogue = snapshot({ enrolmentRules: new Map([[rule.id, rule]]), ...clientsAlone(new Map(applications)) });
  const asked: Asked[] = [];
  const freshened: string[] = [];
  const source = {
    arrived: given.arrived ?? ({ kind: 'taken' } satisfies Arrived),
    /** What the source makes of somebody who is asked about; undefined: it does not answer. */
    freshen: undefined as ((id: string) => PersonFacts) | undefined,
  };
  const enrolment: Enrolment = {
    async arrive(given) {
      asked.push(given);
      if (source.arrived.kind === 'taken') hub.people.set('nora', nora(hub.now));
      return source.arrived;
    },
    async freshen(id) {
      freshened.push(id);
      if (source.freshen === undefined) return false;
      hub.people.set(id, source.freshen(id));
      return true;
    },
  };
  const ports: JourneyPorts = { ...hub.ports, enrolment };
  return { hub, user: new LoginUser({ ports }), asked, freshened, source };
}

/** Somebody whom the source told of at `at`. */
const nora = (at: number, change: Parameters<typeof person>[1] = {}): PersonFacts => ({
  ...person('nora', { assignments: [assignment('nora', 'hospital', { source: 'hsa' })], ...change }),
  told: [{ source: 'hsa', rule: 'hsa-people', at, names: true }],
});

describe('somebody whom nobody knows', () => {
  test('is let in when the source makes them a person here, in the same login', async () => {
    const { user, hub, asked } = ward();
    assert.equal(said(await user.card(await user.begin(), 'nora simple')), 'granted nora substantial');
    assert.equal(asked.length, 1);
    assert.equal(asked[0]?.linked, undefined);
    assert.equal(asked[0]?.about.reference, hub.audit[0]?.reference);
    assert.ok(hub.trail().includes('journey.linked'));
  });

  const refusals = ['source.notFound', 'source.noCommission', 'source.unavailable', 'source.contradiction'] as const;
  for (const reason of refusals)
    test(`${reason}: the page says so, and nobody is let in`, async () => {
      const { user, hub } = ward({ arrived: { kind: 'refused', reason, check: 'x' } });
      const journey = await user.begin();
      assert.equal(said(await user.card(journey, 'nora simple')), 'interact');
      assert.equal((await user.page(journey)).journey.refusal?.reason, reason);
      const told = hub.audit.find(({ kind }) => kind === 'journey.refused');
      assert.deepEqual([told?.reason, told?.body['rule'], told?.body['check']], [reason, 'hsa-people', 'x']);
    });

  const without: readonly (readonly [string, Partial<EnrolmentRule>])[] = [
    ['no rule names the way in', { populations: ['advanced'] }],
    ['the rule is closed', { closed: true }],
    ['the rule wants more', { minimumAssurance: 'high' }],
  ];
  for (const [when, rule] of without)
    test(`${when}: the source is not asked`, async () => {
      const { user, asked } = ward({ rule });
      const journey = await user.begin();
      await user.card(journey, 'nora simple');
      assert.equal((await user.page(journey)).journey.refusal?.reason, 'person.unknown');
      assert.equal(asked.length, 0);
    });
});

describe('somebody who is here by a file', () => {
  test('is let in whatever the source lacks, and is told to it as who they are', async () => {
    for (const reason of ['source.notFound', 'source.noCommission', 'source.unavailable'] as const) {
      const { user, asked } = ward({ arrived: { kind: 'refused', reason, check: 'x' } });
      assert.equal(said(await user.card(await user.begin(), 'bo simple')), 'granted bo substantial');
      assert.equal(asked[0]?.linked?.person, 'bo');
    }
  });
  test('is not when the source says that they are somebody else', async () => {
    const { user } = ward({ arrived: { kind: 'refused', reason: 'source.contradiction', check: 'x' } });
    const journey = await user.begin();
    assert.equal(said(await user.card(journey, 'bo simple')), 'interact');
    assert.equal((await user.page(journey)).journey.refusal?.reason, 'source.contradiction');
  });
});

describe('somebody whom the source told of', () => {
  async function loggedIn(given: Parameters<typeof ward>[0] = {}) {
    const all = ward(given);
    granted(await all.user.card(await all.user.begin(), 'nora simple'));
    all.source.arrived = { kind: 'asBefore' };
    all.hub.audit.length = 0;
    return all;
  }
  /** A login of the same session, later; the card needs no proof anew. */
  async function later(all: ReturnType<typeof ward>, afterMs: number) {
    all.hub.now += afterMs;
    all.hub.card = { status: 'good', statusCheckedAt: all.hub.now };
    return await all.user.start({ application: 'other' });
  }

  test('is not asked about while the word is fresh', async () => {
    const all = await loggedIn();
    assert.equal(said(await later(all, 10 * minute)), 'granted nora substantial');
    assert.deepEqual(all.freshened, []);
  });

  test('is asked about when it is old, and what is new counts at once', async () => {
    const all = await loggedIn({ rule: { freshSeconds: 600 } });
    all.source.freshen = () => nora(all.hub.now, { assignments: [] });
    const turn = await later(all, 20 * minute);
    assert.deepEqual(all.freshened, ['nora']);
    assert.notEqual(said(turn), 'granted nora substantial');
    assert.ok(all.hub.trail().includes('journey.decided policy.sourceGone'));
  });

  test('a source that does not answer refuses, unless the application keeps what it said; then the trail says how old', async () => {
    const rule = { freshSeconds: 600 };
    const strict = await loggedIn({ rule });
    assert.notEqual(said(await later(strict, 20 * minute)), 'granted nora substantial');
    assert.ok(strict.hub.trail().includes('journey.decided policy.sourceSilent'));
    const lenient = await loggedIn({ rule, outage: { keepHours: 1 } });
    assert.equal(said(await later(lenient, 20 * minute)), 'granted nora substantial');
    const finished = lenient.hub.audit.find(({ kind }) => kind === 'journey.finished');
    assert.deepEqual(finished?.body['oldData'], { source: 'hsa', minutes: 20 });
    const late = await loggedIn({ rule, outage: { keepHours: 1 } });
    late.hub.now += hour - 30 * minute;
    assert.notEqual(said(await later(late, 31 * minute)), 'granted nora substantial');
  });

  test('a word by a rule that is gone stays old, and is not asked for', async () => {
    const all = await loggedIn();
    all.hub.catalogue = { ...all.hub.catalogue, enrolmentRules: new Map() };
    assert.notEqual(said(await later(all, minute)), 'granted nora substantial');
  });
});
