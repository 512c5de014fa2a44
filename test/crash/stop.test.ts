// Starting and stopping as an operator sees it: SIGTERM drains, ports and folders in use are said plainly, nothing is left behind.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  formsOf,
  freeAddresses,
  HttpBrowser,
  type RunningHub,
  refusedStart,
  startHub,
  temporaryFolder,
  tillitCommand,
} from '../support/index.ts';
import { launch } from '../support/program.ts';

const addressesOf = ({ hubUrl, cardUrl, ehrUrl, coreRecordUrl, crlUrl, testTokensUrl }: RunningHub) => ({
  hubUrl,
  cardUrl,
  ehrUrl,
  coreRecordUrl,
  crlUrl,
  testTokensUrl,
});

describe('starting and stopping', { skip: process.platform === 'linux' ? false : 'needs /proc' }, () => {
  const folder = temporaryFolder('stop');
  const other = temporaryFolder('port');
  let hub: RunningHub;
  before(async () => {
    hub = await startHub({ dataFolder: folder.path });
  });
  after(async () => {
    await hub?.stop();
    folder.remove();
    other.remove();
  });

  test('the first start shows addresses and first secrets; they are in no readable file', () => {
    const said = hub.output();
    for (const shown of [hub.hubUrl, hub.ehrUrl, hub.coreRecordUrl, hub.password('kari'), hub.cardPassphrase])
      assert.ok(shown !== '' && said.includes(shown), `${shown} in ${said}`);
  });

  test('a second start on the same data folder is refused in words, and harms the first in nothing', async () => {
    const second = await refusedStart({ dataFolder: folder.path, addresses: await freeAddresses() });
    assert.notEqual(second.code, 0);
    assert.match(second.output, /Another process has this data folder open/);
    assert.deepEqual(second.left, []);
    const page = await new HttpBrowser(hub.rootPem).go(`${hub.hubUrl}/readyz`);
    assert.equal(page.status, 200);
  });

  for (const [what, setting] of [
    ['hubUrl', 'TILLIT_HUB_LISTEN'],
    ['cardUrl', 'TILLIT_CARD_LISTEN'],
    ['ehrUrl', undefined],
    ['crlUrl', undefined],
  ] as const) {
    test(`the port of ${what} is in use: it is named, and nothing stays`, async () => {
      const addresses = await freeAddresses();
      const { port } = new URL(addresses[what]);
      const holder: Server = createServer();
      await new Promise<void>((resolve) => holder.listen(Number(port), '127.0.0.1', resolve));
      try {
        const refused = await refusedStart({ dataFolder: other.path, addresses });
        assert.ok(refused.code !== 0 && refused.code !== null, `${refused.code} ${refused.signal}`);
        assert.ok(refused.output.includes(port), refused.output);
        assert.match(refused.output, /in use/);
        if (setting !== undefined) assert.ok(refused.output.includes(setting), refused.output);
        assert.deepEqual(refused.left, []);
      } finally {
        await new Promise((resolve) => holder.close(resolve));
      }
    });
  }

  test('SIGTERM answers what is under way, ends with 0 within 10 s and leaves no process', async () => {
    const users = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const browser = new HttpBrowser(hub.rootPem);
        const choice = await browser.go(`${hub.hubUrl}/portal`);
        const way = formsOf(choice).find(({ buttons }) => buttons.some(({ value }) => value === 'password'));
        const page = way ? await browser.submit(choice, way, { _provider: 'password' }) : choice;
        const form = formsOf(page).find(({ fields }) => 'password' in fields);
        assert.ok(form, page.body);
        return { browser, page, form };
      }),
    );
    const asked = users.map(({ browser, page, form }) =>
      browser.request(new URL(form.action, page.url), {
        method: 'POST',
        body: new URLSearchParams({ ...form.fields, username: 'kari', password: hub.password('kari') }).toString(),
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          origin: page.url.origin,
          'sec-fetch-site': 'same-origin',
        },
      }),
    );
    const answers = Promise.allSettled(asked);
    // When the first is answered, the others have arrived, however slow the machine is.
    await Promise.race(asked);
    const { code, signal, ms, left } = await hub.stop();
    for (const answer of await answers)
      assert.equal(answer.status === 'fulfilled' ? answer.value.status : String(answer.reason), 303);
    assert.equal(signal, null);
    assert.equal(code, 0, hub.output());
    assert.ok(ms < 10_000, `${ms} ms`);
    assert.deepEqual(left, []);
    assert.ok(!/"level":"(?:error|fatal)"/.test(hub.output()), hub.output());
  });

  test('it starts again on its folder, shows no secret a second time, and tells in the trail that it was stopped', async () => {
    hub = await startHub({ dataFolder: folder.path, addresses: addressesOf(hub) });
    assert.ok(!hub.output().includes(hub.password('kari')));
    assert.ok(!hub.output().includes(hub.cardPassphrase));
    const tail = await tillitCommand(hub, 'audit', 'tail', '--limit', '100');
    assert.match(tail.output, /hub\.stopped/);
    const interrupted = await hub.stop();
    assert.equal(interrupted.code, 0);
  });

  test('Ctrl-C, which a terminal sends to the hub and its children and npm sends once more, ends it in peace', async () => {
    hub = await startHub({ dataFolder: folder.path, addresses: addressesOf(hub), ownGroup: true });
    const ended = hub.exited;
    process.kill(-hub.pid, 'SIGINT');
    await sleep(20);
    process.kill(-hub.pid, 'SIGINT');
    const { code, signal, left } = await ended;
    assert.deepEqual({ code, signal, left }, { code: 0, signal: null, left: [] }, hub.output());
    assert.ok(!/"level":"(?:error|warn|fatal)"/.test(hub.output()), hub.output());
  });

  test('Ctrl-C while it starts ends it: it does not start first, and says nothing of failures', async () => {
    for (const afterMs of [300, 900, 1500]) {
      const early = temporaryFolder('early');
      try {
        const starting = launch(
          ['start'],
          { ...hub.env, TILLIT_DATA: early.path, TILLIT_LOG: 'info' },
          early.path,
          true,
        );
        await sleep(afterMs);
        starting.mark();
        if (starting.child.pid) process.kill(-starting.child.pid, 'SIGINT');
        const { code, signal, left } = await starting.exited;
        // Before it listens for signals it ends by the signal.
        assert.ok(code === 0 || signal === 'SIGINT', `${code} ${signal} ${starting.output()}`);
        assert.deepEqual(left, []);
        assert.doesNotMatch(starting.output(), /is ready after|tillit start:|"level":"error"/);
      } finally {
        early.remove();
      }
    }
  });

  test('a hub whose database is gone ends as a failure, so that its service manager starts it again', async () => {
    hub = await startHub({ dataFolder: folder.path, addresses: addressesOf(hub) });
    const { serverPid } = JSON.parse(readFileSync(join(folder.path, 'pg18.json'), 'utf8')) as { serverPid: number };
    process.kill(serverPid, 'SIGQUIT');
    const { code, left } = await hub.exited;
    assert.equal(code, 1, hub.output());
    assert.match(hub.output(), /tillit start: The embedded PostgreSQL did not start|ended by itself/);
    assert.deepEqual(left, []);
    hub = await startHub({ dataFolder: folder.path, addresses: addressesOf(hub) });
    assert.equal((await hub.stop()).code, 0);
  });
});
