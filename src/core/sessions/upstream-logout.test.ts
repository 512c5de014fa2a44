// A provider's logout: which sessions it ends, that it counts once, and that no moment of a login slips through.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { minute, morning, proof } from '../../../test/fakes/ward.ts';
import { tokenHash } from '../../base/ids.ts';
import { defaultLifetimes } from '../catalogue/index.ts';
import type { Evidence, UpstreamFacts } from '../linking/evidence.ts';
import { createSessions } from './keep.ts';
import { startSession } from './lifecycle.ts';
import type { UpstreamEnd } from './upstream-logins.ts';
import { endMarkedAgain, endUpstream, takeUpstreamLogout } from './upstream-logout.ts';
import { reachApplication, saveSession } from './writes.ts';

const issuer = 'https://idp.example';
const at = morning + minute;

/** A proof at a provider. */
const upstream = (change: Partial<UpstreamFacts> = {}, provider = 'idporten'): Evidence =>
  proof('bo', 'password', {
    connector: 'oidc',
    provider,
    upstream: { issuer, subject: 'sub-bo', session: 'sid-1', issuedAt: morning, ...change },
  });
const end = (change: Partial<UpstreamEnd> = {}): UpstreamEnd => ({
  provider: 'idporten',
  issuer,
  session: 'sid-1',
  at,
  ...change,
});

async function hubWith(sessions: Readonly<Record<string, readonly Evidence[]>>) {
  const hub = new MemoryLogin();
  hub.now = at;
  const keep = createSessions(hub.sessionPorts);
  for (const [id, evidence] of Object.entries(sessions)) {
    const given = { id, person: 'bo', evidence, where: { device: 'fixed', network: 'ward' } as const, agent: 'x' };
    const session = startSession(given, defaultLifetimes, morning);
    const reached = { session: id, application: 'ehr', issuer: 'hub', subject: 'bo', at: morning };
    const writes = [saveSession(session, tokenHash(id)), ...keep.marks(id, evidence), reachApplication(reached)];
    await hub.commit({ claims: [], writes, ifWon: [], ifLost: [] });
  }
  const ended = (): readonly string[] =>
    [...hub.sessions.values()].flatMap(({ session }) => (session.endedBy === 'endedUpstream' ? [session.id] : []));
  return { hub, keep, ended, ports: hub.sessionPorts };
}
const notice = (of: UpstreamEnd, jti = 'jti-1') => ({ end: of, jti, expiresAt: at + 2 * minute, reference: 'REF' });

describe('a logout ends', () => {
  const sessions = {
    one: [upstream()],
    two: [upstream({ session: 'sid-2' })],
    stranger: [upstream({ subject: 'sub-anna', session: 'sid-3' })],
    unnamed: [upstream({ session: undefined })],
    elsewhere: [upstream({}, 'regional')],
    moved: [upstream({ issuer: 'https://other.example' })],
    card: [proof('bo', 'advanced')],
    both: [proof('bo', 'advanced'), upstream({ session: 'sid-4' })],
    newer: [upstream({ session: 'sid-1', issuedAt: at + 2000 })],
    older: [upstream({ session: 'sid-5', issuedAt: undefined })],
  };
  const rows: readonly (readonly [string, Partial<UpstreamEnd>, readonly string[]])[] = [
    ['the session that it names', {}, ['one']],
    ['the session that it names with its person', { subject: 'sub-bo' }, ['one', 'unnamed']],
    ['nothing when session and person do not belong together', { subject: 'sub-anna' }, []],
    [
      'every session of a person, and none that began after it',
      { session: undefined, subject: 'sub-bo' },
      ['one', 'two', 'unnamed', 'both', 'older'],
    ],
    ['the whole session when one of its proofs is over', { session: 'sid-4' }, ['both']],
    ['what was proven before we knew when', { session: 'sid-5' }, ['older']],
    ['nothing of another provider, though everything else is the same', { provider: 'other' }, []],
    ['nothing of another issuer of the same record', { issuer: 'https://evil.example' }, []],
    ['only its own of two providers that name sessions alike', { provider: 'regional' }, ['elsewhere']],
    ['nothing by a session that nobody has', { session: 'sid-9' }, []],
    ['nothing when it names nobody', { session: undefined }, []],
    ['nothing by a person’s name as a session', { session: 'sub-bo' }, []],
  ];
  for (const [what, change, expected] of rows) {
    test(what, async () => {
      const { ended, ports, hub } = await hubWith(sessions);
      const taken = await takeUpstreamLogout(ports, notice(end(change)), 900);
      assert.deepEqual([taken, ended()], [{ kind: 'ended', sessions: expected }, expected]);
      const told = [...hub.outbox.values()].filter(({ kind }) => kind === 'backchannelLogout');
      assert.deepEqual(
        told.map(({ payload }) => payload.session),
        expected,
        'the applications of just these are told',
      );
      assert.deepEqual(hub.revoked, expected);
    });
  }

  test('with its cause in the trail, and without a name of the person there', async () => {
    const { hub, ports } = await hubWith({ one: [upstream()] });
    await takeUpstreamLogout(ports, notice(end({ subject: 'sub-bo' })), 900);
    assert.deepEqual(hub.trail(), ['session.logoutReceived', 'session.ended']);
    const [received, over] = hub.audit;
    assert.deepEqual(received?.body, { provider: 'idporten', of: 'session' });
    assert.deepEqual([over?.body.by, over?.body.provider, over?.reference], ['endedUpstream', 'idporten', 'REF']);
    const kept = JSON.stringify([hub.audit, [...hub.outbox.values()], [...hub.loginEnds], hub.marks]);
    for (const name of ['sub-bo', 'sid-1']) assert.ok(!kept.includes(name), name);
  });

  test('marks are of the key in use, and are found under any key of the ring', async () => {
    const { ended, hub, ports } = await hubWith({ one: [upstream()] });
    const turned = { ...ports, marksOf: (name: string) => [tokenHash(`key 3 ${name}`), ...ports.marksOf(name)] };
    await takeUpstreamLogout(turned, notice(end()), 900);
    assert.deepEqual(ended(), ['one']);
    assert.ok(hub.marks.every(([mark]) => mark.length === 43));
  });
});

describe('a logout counts once', () => {
  test('of several at once one is taken; the session ends once, and its applications are told once', async () => {
    const { ended, hub, ports } = await hubWith({ one: [upstream()] });
    const all = await Promise.all([1, 2, 3, 4].map(() => takeUpstreamLogout(ports, notice(end()), 900)));
    assert.deepEqual(all.map(({ kind }) => kind).sort(), ['ended', 'replayed', 'replayed', 'replayed']);
    assert.deepEqual(ended(), ['one']);
    assert.equal(hub.trail().filter((kind) => kind === 'session.ended').length, 1);
    assert.equal(hub.audit.filter(({ body }) => body.check === 'logout.once').length, 3);
  });

  test('two that are both right end it once, and both are answered', async () => {
    const { ended, hub, ports } = await hubWith({ one: [upstream()] });
    const all = ['a', 'b'].map((jti) => takeUpstreamLogout(ports, notice(end(), jti), 900));
    assert.deepEqual(
      (await Promise.all(all)).map(({ kind }) => kind),
      ['ended', 'ended'],
    );
    const third = await takeUpstreamLogout(ports, notice(end(), 'c'), 900);
    assert.deepEqual(third, { kind: 'ended', sessions: [] }, 'it has ended already');
    assert.deepEqual(ended(), ['one']);
    assert.equal(hub.trail().filter((kind) => kind === 'session.ended').length, 1);
  });

  test('the same token id of two providers is two', async () => {
    const { ports } = await hubWith({});
    for (const each of [end(), end({ provider: 'regional' })])
      assert.equal((await takeUpstreamLogout(ports, notice(each), 900)).kind, 'ended');
  });

  test('broken off after its commit, the outbox goes on', async () => {
    const { ended, hub, ports } = await hubWith({ one: [upstream()] });
    hub.crash = 'after';
    await assert.rejects(takeUpstreamLogout(ports, notice(end()), 900));
    assert.deepEqual(ended(), []);
    const [message] = [...hub.outbox.values()];
    assert.equal(message?.kind, 'upstreamLogout');
    assert.ok(message.notBefore > hub.now);
    await endMarkedAgain(ports, structuredClone(message.payload));
    assert.deepEqual(ended(), ['one']);
    await endMarkedAgain(ports, {});
  });
});

test('in the browser: ends at once and leaves nothing to remember', async () => {
  const { ended, hub, ports } = await hubWith({ one: [upstream()], two: [upstream({ session: 'sid-2' })] });
  assert.deepEqual(await endUpstream(ports, end({ at: hub.now }), 'REF'), ['one']);
  assert.deepEqual(ended(), ['one']);
  assert.equal(hub.loginEnds.size, 0);
});

describe('a proof whose login is over', () => {
  test('is known while the end is remembered; a newer login of the same person is none', async () => {
    const { keep, ports } = await hubWith({});
    const proofs = [upstream(), upstream({ session: 'sid-2' }), proof('bo', 'advanced')];
    assert.deepEqual(await keep.endedProofs(proofs), []);
    await takeUpstreamLogout(ports, notice(end()), 900);
    assert.deepEqual(await keep.endedProofs(proofs), [proofs[0]]);
    await takeUpstreamLogout(ports, notice(end({ session: undefined, subject: 'sub-bo' }), 'jti-2'), 900);
    const newer = upstream({ session: 'sid-6', issuedAt: at + 2000 });
    assert.deepEqual(await keep.endedProofs([...proofs, newer]), proofs.slice(0, 2));
  });

  test('ends the session that was committed with it, once', async () => {
    const { keep, hub, ended } = await hubWith({ one: [upstream()] });
    assert.equal(await keep.endIfLoggedOut('one', [upstream()], 'REF'), false);
    for (const mark of hub.marks) hub.loginEnds.set(mark[0], { at });
    assert.equal(await keep.endIfLoggedOut('one', [upstream()], 'REF'), true);
    assert.equal(await keep.endIfLoggedOut('one', [upstream()], 'REF'), true);
    assert.deepEqual(ended(), ['one']);
    assert.deepEqual(hub.trail(), ['session.ended']);
  });
});

describe('a login about the moment of an end rests on what was ended, or began after it', () => {
  /** Ended by the provider's clock at `at`, taken here at `at` + 200 ms. What is said of the login, against those. */
  const taken = at + 200;
  const rows: readonly (readonly [string, number | undefined, number | undefined, 'ended' | 'newer'])[] = [
    ['proven well before, asked for before', at - minute, taken - minute, 'ended'],
    ['proven well before, by a single sign-on there that was asked for after', at - minute, taken + 500, 'ended'],
    ['proven two seconds before, asked for after', at - 2000, taken + 500, 'ended'],
    ['proven in the same second, asked for before', at, taken - 100, 'ended'],
    ['proven in the same second, asked for at the very moment', at, taken, 'ended'],
    ['proven in the same second, asked for after', at, taken + 1, 'newer'],
    ['proven as its clock cut off the parts of a second, asked for after', at - 999, taken + 500, 'newer'],
    ['proven a second later, asked for before', at + 1000, taken - 100, 'ended'],
    ['proven a second later, asked for after', at + 1000, taken + 500, 'newer'],
    ['proven well after, asked for before', at + 1001, taken - minute, 'newer'],
    ['proven in the same second, by a program that knew not when it asked', at, undefined, 'ended'],
    ['proven nobody knows when, asked for after', undefined, taken + 500, 'ended'],
  ];
  for (const [what, issuedAt, askedAt, expected] of rows)
    for (const session of ['sid-1', undefined])
      test(`${what} (${session === undefined ? 'all of the person’s' : 'one session'}): ${expected}`, async () => {
        const proof = upstream({ issuedAt, askedAt });
        const { keep, hub, ports, ended } = await hubWith({ one: [proof] });
        hub.now = taken;
        await takeUpstreamLogout(ports, notice(end(session === undefined ? { session, subject: 'sub-bo' } : {})), 900);
        const over = (await keep.endedProofs([proof])).length === 1;
        assert.deepEqual([over, ended()], expected === 'ended' ? [true, ['one']] : [false, []]);
      });

  test('of another session there: nothing of it, at no moment', async () => {
    const proof = upstream({ session: 'sid-2', issuedAt: at, askedAt: taken - 100 });
    const { keep, ports, ended } = await hubWith({ one: [proof] });
    await takeUpstreamLogout(ports, notice(end({ subject: 'sub-bo' })), 900);
    assert.deepEqual([await keep.endedProofs([proof]), ended()], [[], []]);
  });

  test('what an older program took is held by the provider’s clock alone', async () => {
    const proof = upstream({ issuedAt: at, askedAt: taken + 500 });
    const { keep, hub, ports } = await hubWith({});
    await takeUpstreamLogout(ports, notice(end()), 900);
    for (const [mark] of hub.loginEnds) hub.loginEnds.set(mark, { at });
    assert.deepEqual(await keep.endedProofs([proof]), [proof]);
  });

  test('the outbox goes on by the moment of the notice, not by its own', async () => {
    const { ended, hub, ports } = await hubWith({ one: [upstream({ issuedAt: at, askedAt: taken + 500 })] });
    hub.now = taken;
    hub.crash = 'after';
    await assert.rejects(takeUpstreamLogout(ports, notice(end()), 900));
    hub.now = taken + 5000;
    await endMarkedAgain(ports, structuredClone([...hub.outbox.values()][0]?.payload ?? {}));
    assert.deepEqual(ended(), []);
  });
});
