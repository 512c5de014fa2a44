// Starting and stopping as an operator sees it: SIGTERM drains, ports and folders in use are said plainly, nothing is left behind.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
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
    await sleep(60);
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
    const { hubUrl, cardUrl, ehrUrl, coreRecordUrl, crlUrl, testTokensUrl } = hub;
    const addresses = { hubUrl, cardUrl, ehrUrl, coreRecordUrl, crlUrl, testTokensUrl };
    hub = await startHub({ dataFolder: folder.path, addresses });
    assert.ok(!hub.output().includes(hub.password('kari')));
    assert.ok(!hub.output().includes(hub.cardPassphrase));
    const tail = await tillitCommand(hub, 'audit', 'tail', '--limit', '100');
    assert.match(tail.output, /hub\.stopped/);
    const interrupted = await hub.stop();
    assert.equal(interrupted.code, 0);
  });
});
