// The contract of the store of requests whose person is asked elsewhere: found by code, hash and person, polls counted once, decided once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { auditRow } from '../../src/core/audit/index.ts';
import type { Claim, Write } from '../../src/core/commit/index.ts';
import {
  type AuthorizationRequest,
  claimDecision,
  denyWaiting,
  saveCode,
  saveWaiting,
  spendCode,
  type WaitingRequest,
} from '../../src/core/grants/index.ts';
import { createCommitter, type HubCommitter } from '../../src/edge/store/hub/committer.ts';
import { keepHouse } from '../../src/edge/store/hub/housekeeping.ts';
import { waitingRequests } from '../../src/edge/store/hub/waiting-requests.ts';
import { onEachServer } from './servers.ts';

const now = Date.now();
const request: AuthorizationRequest = {
  client: 'thick',
  issuer: 'hub',
  redirectUri: '',
  scope: ['openid'],
  prompt: [],
  assuranceEssential: false,
  uiLocales: [],
  responseMode: 'query',
  idTokenClaims: [],
  userinfoClaims: [],
};
const device = (hash: string, change: Partial<WaitingRequest> = {}): WaitingRequest => ({
  hash,
  userHash: `k.${hash}`,
  request,
  from: '2001:db8::1',
  createdAt: now,
  expiresAt: now + 600_000,
  person: undefined,
  askedHash: undefined,
  deniedAt: undefined,
  ...change,
});

onEachServer('requests whose person is asked elsewhere', (database) => {
  let committer: HubCommitter;
  const process = (node: string): HubCommitter =>
    createCommitter({
      connection: database.connection,
      node,
      toEventRow: (event) => ({ ...auditRow(event) }),
      seal: () => '',
    });
  const commit = (on: HubCommitter, writes: readonly Write[], claims: readonly Claim[] = []) =>
    on.commit({ claims, writes, ifWon: [], ifLost: [] });
  const store = () => waitingRequests(database.pool);
  before(() => {
    committer = process('first');
  });
  after(() => committer.close());

  test('found by any hash of its user code, and never where two live ones share it', async () => {
    await commit(committer, [saveWaiting(device('d1')), saveWaiting(device('d2'))]);
    assert.deepEqual(await store().byUserCode(['old.d1', 'k.d1'], now), device('d1'));
    assert.equal(await store().byUserCode(['k.nobody'], now), undefined);
    await commit(committer, [saveWaiting(device('d3', { userHash: 'k.d2', expiresAt: now + 700_000 }))]);
    assert.equal(await store().byUserCode(['k.d2'], now), undefined);
    assert.equal((await store().byUserCode(['k.d2'], now + 650_000))?.hash, 'd3', 'an old one is in nobody’s way');
  });

  test('polls: the first is in time, one too soon makes the interval longer, at most a minute', async () => {
    await commit(committer, [saveWaiting(device('p1'))]);
    const soon = async (at: number) => (await store().poll('p1', now + at * 1000))?.tooSoon;
    assert.deepEqual(
      [await soon(0), await soon(5), await soon(6), await soon(12), await soon(27), await soon(41)],
      [false, false, true, true, false, false],
    );
    for (let round = 0; round < 20; round++) await soon(41);
    assert.equal(await soon(41 + 60), false);
    assert.equal(await store().poll('nobody', now), undefined);
    const { tooSoon, ...read } = (await store().poll('p1', now + 3_600_000)) ?? {};
    assert.deepEqual(read, device('p1'));
  });

  test('of polls at one moment from three hubs all but one are too soon', async () => {
    await commit(committer, [saveWaiting(device('p2'))]);
    const hubs = [store(), store(), store()];
    const polls = await Promise.all(Array.from({ length: 30 }, (_, at) => hubs[at % 3]?.poll('p2', now)));
    assert.equal(polls.filter((poll) => poll?.tooSoon === false).length, 1);
  });

  test('in two processes a request is decided once, and redeemed once', async () => {
    await commit(committer, [saveWaiting(device('r1'))]);
    const second = process('second');
    const on = (at: number) => (at % 2 === 0 ? committer : second);
    const decisions = await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        commit(on(at), [denyWaiting('r1', now + at)], [claimDecision(device('r1'))]),
      ),
    );
    assert.equal(decisions.filter(({ won }) => won).length, 1);
    const first = decisions.findIndex(({ won }) => won);
    assert.equal((await store().byUserCode(['k.r1'], now))?.deniedAt, now + first);
    const code = { hash: 'r1', expiresAt: now + 600_000 } as Parameters<typeof spendCode>[0];
    const spent = await Promise.all(Array.from({ length: 10 }, (_, at) => commit(on(at), [], [spendCode(code)])));
    assert.equal(spent.filter(({ won }) => won).length, 1);
    await second.close();
  });

  test('through the back channel: found for its person and nobody else, the oldest first, until they say yes', async () => {
    const asked = (hash: string, change: Partial<WaitingRequest> = {}) =>
      device(hash, { userHash: undefined, person: 'bo', askedHash: 'k.bo', ...change });
    const message = { ...request, bindingMessage: 'Ward 7' };
    await commit(committer, [
      saveWaiting(asked('b2', { createdAt: now + 2000 })),
      saveWaiting(asked('b1', { createdAt: now + 1000, request: message })),
      saveWaiting(asked('b3', { createdAt: now + 3000, expiresAt: now + 60_000 })),
      saveWaiting(asked('nobody', { person: undefined })),
      saveWaiting(asked('anna', { person: 'anna', askedHash: 'k.anna' })),
    ]);
    const ofBo = async (at: number) => (await store().ofPerson('bo', at)).map(({ hash }) => hash);
    assert.deepEqual(await ofBo(now), ['b1', 'b2', 'b3']);
    assert.deepEqual(await ofBo(now + 60_000), ['b1', 'b2']);
    assert.deepEqual(await store().byHash('b1'), {
      ...asked('b1', { createdAt: now + 1000, request: message }),
      allowed: false,
    });
    assert.equal(await store().byHash('b9'), undefined);
    assert.equal(await store().byUserCode([], now), undefined);

    assert.equal(await store().countAsked(['old', 'k.bo'], now - 1), 4);
    assert.equal(await store().countAsked(['k.bo'], now + 1000), 2);
    const code = { hash: 'b1', grant: { id: 'g1' }, expiresAt: now + 600_000 } as Parameters<typeof saveCode>[0];
    await commit(committer, [saveCode(code), denyWaiting('b2', now)]);
    const left = (await store().ofPerson('bo', now)).map(({ hash, deniedAt }) => [hash, deniedAt]);
    assert.deepEqual(left, [
      ['b2', now],
      ['b3', undefined],
    ]);
    assert.equal((await store().byHash('b1'))?.allowed, true);
    assert.equal(await store().countAsked(['k.bo'], now - 1), 3, 'a no counts, a yes does not');
  });

  test('what one application slips in hides no other’s from the person', async () => {
    const asked = (hash: string, createdAt: number, client = 'thick') =>
      saveWaiting(device(hash, { userHash: undefined, person: 'cai', createdAt, request: { ...request, client } }));
    await commit(
      committer,
      Array.from({ length: 120 }, (_, at) => asked(`flood${at}`, now + at)),
    );
    await commit(committer, [asked('ward', now + 1000, 'ward')]);
    const found = await store().ofPerson('cai', now);
    assert.equal(found.at(-1)?.hash, 'ward');
    assert.deepEqual(
      found.slice(0, 3).map(({ hash }) => hash),
      ['flood0', 'flood1', 'flood2'],
    );
  });

  test('is deleted an hour after its end', async () => {
    await commit(committer, [saveWaiting(device('h1'))]);
    await keepHouse(database.pool, now + 600_000 + 3_500_000);
    assert.equal((await store().byUserCode(['k.h1'], now))?.hash, 'h1');
    await keepHouse(database.pool, now + 600_000 + 3_700_000);
    assert.equal(await store().byUserCode(['k.h1'], now), undefined);
  });
});
