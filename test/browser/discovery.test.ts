// Three hundred organisations to log in at, read from their metadata: found by search, by the last time and by a link, with and without scripts (K1, V2).
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { bindings, writeEntityDescriptor } from '../../src/base/saml/index.ts';
import { loadXml, writeXml } from '../../src/base/xml/index.ts';
import { key, sampleIdp } from '../../src/core/metadata/sample-entity.ts';
import { samlCertificate } from '../fakes/saml-provider.ts';
import { SamlRequester } from '../flows/saml-requester.ts';
import { applyItems } from '../support/hub-pair.ts';
import { ApplicationClient, demoApplication, peerTlsOf, type RunningHub, startHub } from '../support/index.ts';
import { browserMissing, type Chromium, startChromium } from './chromium.ts';
import { en, Inspector, openApplication } from './walk.ts';

const count = 300;
const known = [
  'Ängelholm',
  'Åre',
  'Östersund',
  'Örebro',
  'Stockholm',
  'Håbo',
  'Vänersborgs och Trollhättans gemensamma',
  'Ørsta',
];
const kommuner = Array.from({ length: count }, (_, n) => ({
  id: `kommun-${n + 1}`,
  organisation: `organisation-${n + 1}`,
  name: `${known[n] ?? `Prov-${String(n + 1).padStart(3, '0')}`} kommun`,
  entityId: `https://idp.kommun-${n + 1}.example/metadata`,
}));
const ways = count + 2;

describe('hundreds of organisations', { skip: browserMissing() ?? false }, () => {
  let hub: RunningHub;
  let requester: SamlRequester;
  /** One place that is each organisation's login: its path says whose. */
  let there: Server;
  let thereUrl = '';
  const inspector = new Inspector();

  before(async () => {
    hub = await startHub();
    requester = new SamlRequester(hub, 'link');
    const tls = peerTlsOf(hub);
    const shown = { key: readFileSync(tls.key), cert: readFileSync(tls.certificate) };
    there = createServer(shown, (_, answer) => answer.end('A login of somebody else'));
    await new Promise<void>((resolve) => there.listen(0, '127.0.0.1', resolve));
    thereUrl = `https://localhost:${(there.address() as AddressInfo).port}`;
    await loadXml();
    const folder = join(hub.dataFolder, 'kommuner');
    mkdirSync(folder);
    const certificate = new X509Certificate(samlCertificate('kommuner')).raw;
    for (const { id, entityId } of kommuner) {
      const idp = sampleIdp({
        keys: [key('signing', certificate)],
        scopes: [{ value: `${id}.example`, regexp: false }],
        singleLogout: [],
        singleSignOn: [{ binding: bindings.redirect, location: `${thereUrl}/${id}` }],
      });
      const entity = writeEntityDescriptor({ entityId, entityAttributes: [], contacts: [], idp });
      writeFileSync(join(folder, `${id}.xml`), writeXml(entity));
    }
    await applyItems(hub, {
      organisations: kommuner.map(({ organisation, name }, n) => ({
        id: organisation,
        name,
        number: String(2_120_000_000 + n),
      })),
      providers: kommuner.map(({ id, name, organisation }) => ({
        id,
        connector: 'saml',
        name: { en: name },
        maximumAssurance: 'substantial',
        saml: { preset: 'generic', metadata: { file: `kommuner/${id}.xml` }, organisation },
      })),
      samlApplications: [requester.item()],
    });
  });
  after(async () => {
    there?.closeAllConnections();
    there?.close();
    await hub?.remove();
  });

  async function opened(options: { readonly javaScript: boolean; readonly width?: number }) {
    const browser: Chromium = await startChromium(hub, { ...options, partners: [thereUrl] });
    return { browser, page: await browser.page() };
  }

  const isAt = (id: string) => (url: URL) => url.origin === thereUrl && url.pathname === `/${id}`;

  const listed = async (page: Page): Promise<readonly string[]> =>
    (await page.locator('.choice b').allInnerTexts()).map((one) => one.trim());
  const found = (n: number): string => en('choose.found', { count: n, all: ways });

  async function search(page: Page, words: string): Promise<void> {
    await page.fill('#search', words);
    await page.getByRole('button', { name: en('choose.doSearch'), exact: true }).click();
    await page.waitForURL((url) => url.searchParams.get('q') === words);
  }

  for (const javaScript of [true, false]) {
    const how = javaScript ? 'with scripts' : 'without scripts';
    test(`${how}: all are there, in order, and a search finds one by name, organisation or domain; the last one comes first`, async () => {
      const { browser, page } = await opened({ javaScript });
      try {
        await openApplication(page, hub.ehrUrl);
        const all = await listed(page);
        assert.equal(all.length, ways);
        const names = kommuner.map(({ name }) => name).sort(new Intl.Collator('en').compare);
        assert.deepEqual(all.slice(2), names);
        if (javaScript) await inspector.inspect(page, 'discovery');

        for (const [words, what] of [
          ['angelh', ['Ängelholm kommun']],
          ['ÖREBRO', ['Örebro kommun']],
          ['orsta', ['Ørsta kommun']],
          ['Ørsta', ['Ørsta kommun']],
          ['örsta', ['Ørsta kommun']],
          ['hattans', ['Vänersborgs och Trollhättans gemensamma kommun']],
          ['prov-29', Array.from({ length: 10 }, (_, n) => `Prov-29${n} kommun`)],
          ['kommun-277.example', ['Prov-277 kommun']],
          ['organisation-30', ['Prov-030 kommun', 'Prov-300 kommun']],
        ] as const) {
          await search(page, words);
          assert.deepEqual(await listed(page), what);
          assert.equal(await page.getByRole('status').innerText(), found(what.length));
        }
        if (javaScript) await inspector.inspect(page, 'discovery-found');
        for (const nothing of ['--!', 'nowhere at all']) {
          await search(page, nothing);
          assert.deepEqual(await listed(page), []);
          assert.equal(await page.getByRole('status').innerText(), en('choose.noneFound'));
        }
        if (javaScript) await inspector.inspect(page, 'discovery-none');

        await search(page, 'prov-151');
        await page.getByText('Prov-151 kommun', { exact: true }).click();
        await page.waitForURL(isAt('kommun-151'));
        await openApplication(page, hub.ehrUrl);
        assert.equal((await listed(page))[0], 'Prov-151 kommun');
        assert.ok((await page.locator('.choice').first().innerText()).includes(en('choose.lastTime')));
        if (javaScript) await inspector.inspect(page, 'discovery-last');
        assert.deepEqual(browser.complaints, []);
      } finally {
        await browser.close();
      }
    });
  }

  for (const width of [320, 1280])
    test(`at ${width} px Cancel is seen beside three hundred ways, and hides none that has the focus`, async () => {
      const { browser, page } = await opened({ javaScript: true, width });
      try {
        await openApplication(page, hub.ehrUrl);
        const cancel = page.getByRole('button', { name: en('layout.cancel'), exact: true });
        const choices = page.locator('.choice');
        const top = async (): Promise<number> => (await cancel.boundingBox())?.y ?? Number.NaN;
        await choices.first().waitFor();
        // By far leaps and by single steps, which end where the bar is.
        for (const n of [0, 40, 150, 151, 152, 153, 154, 155, 156, 149, 301, 300, 10]) {
          const choice = choices.nth(n);
          await choice.focus();
          const box = await choice.boundingBox();
          assert.ok(box && box.y > -1 && box.y + box.height <= (await top()), `${n}: ${JSON.stringify(box)}`);
          if (n < ways - 2)
            assert.ok((await top()) < 900 && (await cancel.isVisible()), `Cancel is out of sight at ${n}`);
          if (n === 40) await inspector.picture(page, `discovery-cancel-${width}`);
        }
        await cancel.click();
        await page.waitForURL(`${hub.ehrUrl}/**`);
      } finally {
        await browser.close();
      }
    });

  test('a link leads straight to one organisation: by id, by entity ID, by organisation, by either protocol; others stay open', async () => {
    const { browser, page } = await opened({ javaScript: false });
    const client = new ApplicationClient(demoApplication(hub));
    const kommun = kommuner[41];
    assert.ok(kommun);
    const listedUrl = requester.askUrl(undefined, [kommun.entityId]);
    const hinted = [
      ...(await Promise.all(
        [kommun.id, kommun.entityId, kommun.organisation].map(
          async (name) => (await client.push({ acr_values: `idp:${name}` })).url,
        ),
      )),
      listedUrl,
    ];
    try {
      let login = '';
      page.on('framenavigated', (frame) => {
        if (frame.url().startsWith(`${hub.hubUrl}/login/`)) login = frame.url();
      });
      for (const url of hinted) {
        login = '';
        await page.goto(String(url)).catch(() => undefined);
        await page.waitForURL(isAt(kommun.id));
        assert.ok(login, `no page of ours was on the way from ${url}`);
        // It waits where it was left: somebody of another organisation finds theirs, and no list of hundreds.
        await page.goto(`${login}?q=angelh`);
        assert.equal(await page.locator('a.main[href$="/leave?provider=kommun-42"]').count(), 1);
        // What a SAML request lists (IDPList) is all that there is for it; a hint leaves the others open.
        const others = url === listedUrl ? [] : ['Ängelholm kommun'];
        assert.deepEqual(await listed(page), others);
      }
    } finally {
      await browser.close();
    }
  });

  test('each page is accessible and fits 320 px', () => {
    inspector.verify('discovery', 'discovery-found', 'discovery-none', 'discovery-last');
  });
});
