// The contract of the store of answers that wait for their application: sealed, given out once over all processes, gone after that.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { documentSealing } from '../../src/apps/hub/sealing.ts';
import { keyringOf } from '../../src/base/sealing/index.ts';
import { Secret } from '../../src/base/secret.ts';
import { auditRow } from '../../src/core/audit/index.ts';
import { claimAnswer, dropAnswer, type KeptAnswer, keepAnswer } from '../../src/core/issuing/index.ts';
import { createCommitter, type HubCommitter } from '../../src/edge/store/hub/committer.ts';
import { keepHouse } from '../../src/edge/store/hub/housekeeping.ts';
import { keptAnswers } from '../../src/edge/store/hub/kept-answers.ts';
import { onEachServer } from './servers.ts';

const now = Date.now();
const answer = (hash: string, change: Partial<KeptAnswer> = {}): KeptAnswer => ({
  hash,
  issuer: 'hub',
  application: 'link',
  reference: 'AAAA-0001',
  expiresAt: now + 60_000,
  message: '<samlp:Response>Anna 197001011233</samlp:Response>',
  ...change,
});

onEachServer('answers that wait for their application', (database) => {
  const documents = documentSealing(keyringOf({ id: 'k', key: new Secret(Buffer.alloc(32, 7)) }));
  const open: HubCommitter[] = [];
  const process = (node: string): HubCommitter => {
    const committer = createCommitter({
      connection: database.connection,
      node,
      toEventRow: (event) => ({ ...auditRow(event) }),
      seal: documents.seal,
    });
    open.push(committer);
    return committer;
  };
  let first: HubCommitter;
  const keep = (kept: KeptAnswer) => first.commit({ claims: [], writes: [keepAnswer(kept)], ifWon: [], ifLost: [] });
  const take = (on: HubCommitter, kept: KeptAnswer) =>
    on.commit({ claims: [claimAnswer(kept)], writes: [dropAnswer(kept)], ifWon: [], ifLost: [] });
  const rows = async () =>
    (await database.pool.query<{ hash: string; sealed: Buffer }>('SELECT hash, sealed FROM hub.kept_answer')).rows;
  before(() => {
    first = process('first');
  });
  after(() => Promise.all(open.map((one) => one.close())));

  test('found by its hash as it was kept, and unreadable in the database', async () => {
    const kept = answer('a1');
    await keep(kept);
    const read = keptAnswers(database.pool, documents.open);
    assert.deepEqual(await read('a1'), kept);
    assert.equal(await read('a2'), undefined);
    const [row] = await rows();
    assert.doesNotMatch(String(row?.sealed), /Anna|197001011233|link/);
    await database.pool.query('UPDATE hub.kept_answer SET hash = $1', ['a2']);
    await assert.rejects(read('a2'), /cannot be opened|internal/, 'moved under another hash');
    await database.pool.query('DELETE FROM hub.kept_answer');
  });

  test('given out once over all processes, and not kept after that', async () => {
    const kept = answer('b1');
    await keep(kept);
    const others = [first, process('second'), process('third')];
    const taken = await Promise.all([...others, ...others].map((on) => take(on, kept)));
    assert.equal(taken.filter(({ won }) => won).length, 1);
    assert.deepEqual(await rows(), []);
  });

  test('what nobody fetched is deleted at its end', async () => {
    await keep(answer('c1'));
    await keep(answer('c2', { expiresAt: now + 600_000 }));
    await keepHouse(database.pool, now + 61_000);
    assert.deepEqual(
      (await rows()).map(({ hash }) => hash),
      ['c2'],
    );
  });
});
