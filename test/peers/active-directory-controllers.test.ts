// K5, B2: two real controllers of one domain: nobody goes on to the application until the controller that it asks has the account.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from 'ldapts';
import { tillitCommand } from '../support/index.ts';
import { sambaMissing } from '../support/samba.ts';
import { joinSecond, type SecondController } from '../support/samba-second.ts';
import { type DirectoryWorld, hsaId, startDirectoryWorld } from './directory-world.ts';

describe('several domain controllers', { skip: sambaMissing() ?? false }, () => {
  let world: DirectoryWorld;
  let second: SecondController;

  const onSecond = async (key: string): Promise<number> => {
    const client = new Client({ url: second.url, tlsOptions: { ca: world.samba.anchors }, timeout: 10_000 });
    await client.bind('HOSP\\Administrator', world.samba.password);
    const { searchEntries } = await client.search(world.tree, { filter: `(cn=${key})` });
    await client.unbind();
    return searchEntries.length;
  };
  const notReplicated = (who: string) =>
    world.until(
      `${who} waits for the second controller`,
      () => world.listed(who),
      ([one]) => one?.reason === 'notReplicatedYet',
    );

  before(async () => {
    world = await startDirectoryWorld(['one', 'two'], { joinable: true });
    second = await joinSecond(world.samba);
    await world.apply({ accountTargets: [world.target({ confirmOn: [second.url] })] });
  });
  after(async () => {
    await second?.stop();
    await world?.remove();
  });

  test('the login waits until the second has it, says why meanwhile, and then goes on', async () => {
    let gone = false;
    const login = world.told('one').finally(() => {
      gone = true;
    });
    const [waiting] = await notReplicated('one');
    assert.equal(waiting?.state, 'open', 'it is there on the first');
    assert.ok(waiting.detail?.startsWith(second.url), waiting.detail);
    assert.deepEqual([(await world.entries(hsaId('one'))).length, await onSecond(hsaId('one'))], [1, 0]);
    assert.equal(gone, false, 'no assertion has left');
    second.replicate();
    assert.match(await login, />asaang@hosp\.test</);
    assert.equal(await onSecond(hsaId('one')), 1);
    assert.equal((await world.listed('one'))[0]?.reason ?? undefined, undefined);
    const trail = await world.trail('one');
    assert.equal(trail.split('account.opened').length - 1, 1, 'opened once, however often it was looked at');
  });

  test('an extension that the second has not heard of holds the next login up, too', async () => {
    const again = world.told('one');
    await notReplicated('one');
    second.replicate();
    assert.match(await again, />asaang@hosp\.test</);
  });

  test('a second controller that is down: the check says so, the login waits, and goes on when it is back', async () => {
    await second.stop();
    const { output, code } = await tillitCommand(world.hub, 'target', 'check', 'region');
    assert.deepEqual([code, output.includes(second.url)], [1, true], output);
    const login = world.told('two');
    assert.match((await notReplicated('two'))[0]?.detail ?? '', /does not answer/);
    await second.start();
    second.replicate();
    assert.match(await login, />asaang2@hosp\.test</);
  });
});
