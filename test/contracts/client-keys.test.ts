// The contract of the store of applications' own keys: what was registered is read, once, in every process.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { auditRow } from '../../src/core/audit/index.ts';
import type { Claim, Write } from '../../src/core/commit/index.ts';
import { claimKey, claimKeyState, type RegisteredKey, saveClientKey } from '../../src/core/grants/index.ts';
import { clientKeyStore } from '../../src/edge/store/hub/client-keys.ts';
import { createCommitter, type HubCommitter } from '../../src/edge/store/hub/committer.ts';
import { onEachServer } from './servers.ts';

const now = Date.now();
const minute = 60_000;

onEachServer('keys of applications', (database) => {
  let committer: HubCommitter;
  const process = (node: string): HubCommitter =>
    createCommitter({
      connection: database.connection,
      node,
      toEventRow: (event) => ({ ...auditRow(event) }),
      seal: () => '',
    });
  const make = async (writes: readonly Write[], claims: readonly Claim[] = []) => {
    assert.deepEqual(await committer.commit({ claims, writes, ifWon: [], ifLost: [] }), { won: true });
  };
  before(() => {
    committer = process('first');
  });
  after(() => committer.close());

  test('keys of an application: registered, removed for good, and never those of another', async () => {
    const keys = clientKeyStore(database.pool);
    const key = (client: string, thumbprint: string): RegisteredKey => ({
      client,
      thumbprint,
      jwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: thumbprint },
      createdAt: now,
      expiresAt: now + minute,
      removedAt: undefined,
    });
    await make([saveClientKey(key('robot', 't1'))], [claimKey('t1'), claimKeyState('robot', [])]);
    await make([saveClientKey(key('robot', 't2')), saveClientKey(key('other', 't3'))]);
    assert.deepEqual(await keys.registeredKeys('robot'), [key('robot', 't1'), key('robot', 't2')]);
    assert.deepEqual(await keys.registeredKeys('nobody'), []);
    await make([saveClientKey({ ...key('robot', 't1'), removedAt: now + 5 })]);
    await make([saveClientKey({ ...key('robot', 't1'), removedAt: now + 9 })]);
    await make([saveClientKey(key('robot', 't1'))]);
    assert.equal((await keys.registeredKeys('robot'))[0]?.removedAt, now + 5, 'the first removal stands');
    const ends = async (at: number) => (await keys.withEnd(at)).map(({ thumbprint }) => thumbprint).sort();
    assert.deepEqual(await ends(now), ['t2', 't3']);
    assert.deepEqual(await ends(now + minute), []);
    const again = await committer.commit({ claims: [claimKey('t1')], writes: [], ifWon: [], ifLost: [] });
    assert.equal(again.won, false, 'a thumbprint is registered once');
  });

  test('of changes of one application’s keys at one moment, in two processes, one is made', async () => {
    const second = process('second');
    const row = (thumbprint: string): RegisteredKey => {
      const jwk = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: thumbprint };
      return { client: 'racer', thumbprint, jwk, createdAt: now, expiresAt: now + minute };
    };
    const add = (on: HubCommitter, thumbprint: string) =>
      on.commit({
        claims: [claimKeyState('racer', []), claimKey(thumbprint)],
        writes: [saveClientKey(row(thumbprint))],
        ifWon: [],
        ifLost: [],
      });
    const done = await Promise.all(
      Array.from({ length: 10 }, (_, at) => add(at % 2 === 0 ? committer : second, `r${at}`)),
    );
    await second.close();
    assert.equal(done.filter(({ won }) => won).length, 1);
    assert.equal((await clientKeyStore(database.pool).registeredKeys('racer')).length, 1);
  });
});
