// A file that gives an identity to one person while another links it by themselves: one of them has it, and both get an answer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { auditRow } from '../../src/core/audit/index.ts';
import { claimIdentity, type IdentityLink, saveLink } from '../../src/core/linking/index.ts';
import { createCommitter, type HubCommitter } from '../../src/edge/store/hub/committer.ts';
import { applyWorld } from './apply-world.ts';
import { onEachServer } from './servers.ts';

onEachServer('applying beside people who link logins', (database) => {
  const { write, apply, applied } = applyWorld(database);
  let committer: HubCommitter;
  before(() => {
    const { connection } = database;
    committer = createCommitter({
      connection,
      node: 'race',
      toEventRow: (event) => ({ ...auditRow(event) }),
      seal: () => '',
    });
  });
  after(() => committer.close());

  const link = (value: string): IdentityLink => ({
    id: `self-${value}`,
    namespace: 'employee',
    lookup: value,
    person: 'anna',
    source: 'self',
    since: Date.now(),
    until: undefined,
    provider: 'eid',
    issuer: 'https://eid.example',
    ceiling: 'substantial',
    session: 's1',
    endedBy: undefined,
  });
  const linkSelf = (value: string) =>
    committer.commit({
      claims: [claimIdentity('employee', value, undefined)],
      writes: saveLink(link(value)),
      ifWon: [],
      ifLost: [],
    });
  const person = (id: string, ...employee: readonly string[]) => ({
    id,
    givenName: id,
    familyName: 'Ek',
    identities: employee.map((value) => ({ namespace: 'employee', value })),
    assignments: [],
  });
  const fileFor = (...values: readonly string[]): string =>
    write({ people: [person('anna', 'A1'), person('bo', 'B1', ...values)] });
  const holders = async (value: string) =>
    (
      await database.pool.query<{ person: string }>(
        `SELECT person FROM hub.link WHERE namespace = 'employee' AND lookup = $1 AND until IS NULL`,
        [value],
      )
    ).rows.map(({ person }) => person);

  test('one has it whoever is first, round after round; the other is told, and nothing of theirs is kept', async () => {
    await applied(fileFor());
    const won = new Set<string>();
    for (let round = 0; round < 12; round++) {
      const value = `R${round}`;
      const file = fileFor(value);
      // Either gets a start now and then.
      const self = async () => {
        await new Promise((resolve) => setTimeout(resolve, (round % 4) * 15));
        return linkSelf(value);
      };
      const [byFile, bySelf] = await Promise.allSettled([apply(file), self()]);
      const held = await holders(value);
      assert.equal(held.length, 1, value);
      won.add(held[0] ?? '');
      const fileTook = byFile.status === 'fulfilled' && byFile.value.ok;
      const selfTook = bySelf.status === 'fulfilled' && bySelf.value.won;
      assert.deepEqual([fileTook, selfTook], held[0] === 'bo' ? [true, false] : [false, true], value);
    }
    assert.ok(won.size >= 1);
  });

  test('what was linked first stays, and the file is told whose it is not', async () => {
    assert.deepEqual(await linkSelf('late'), { won: true });
    const outcome = await apply(fileFor('late'));
    assert.equal(outcome.ok, false);
    assert.deepEqual(await holders('late'), ['anna']);
  });

  test('what the file gave first is nobody else’s to link, and the hub goes on', async () => {
    await applied(fileFor('early'));
    const [refused] = await Promise.allSettled([linkSelf('early')]);
    assert.ok(refused.status === 'rejected' || !refused.value.won);
    assert.deepEqual(await holders('early'), ['bo']);
    assert.deepEqual(await linkSelf('after'), { won: true });
  });
});
