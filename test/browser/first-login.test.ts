// K2, K3, K5, K6, K7: a municipality's nurse whom nobody here knows shows her card, and reaches the region's application by an account that
// was made while she waited; the domain (Samba) lets her in and, past the account's time, out again, also with Tillit stopped.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { loadXml } from '../../src/base/xml/index.ts';
import { logicalAddress, type Platform, startPlatform } from '../fakes/hsa/platform.ts';
import { care, hsaId, register } from '../fakes/hsa-town.ts';
import { ListHost } from '../fakes/list-host.ts';
import { type SithsCards, sithsCards, writeCardFile } from '../fakes/siths-cards.ts';
import { applyItems } from '../support/hub-pair.ts';
import {
  freeAddresses,
  type HubOptions,
  peerTlsOf,
  type RunningHub,
  requireDebian,
  startHub,
  temporaryFolder,
  tillitCommand,
} from '../support/index.ts';
import { makeRegion, regionTarget, regionTree } from '../support/region-directory.ts';
import { type Samba, sambaMissing, startSamba } from '../support/samba.ts';
import {
  hubMetadata,
  registerSaml,
  type SamlApplication,
  samlPackages,
  startMellonApplication,
} from '../support/saml/index.ts';
import { browserMissing, type Chromium, startChromium } from './chromium.ts';
import { en, Inspector, readCard } from './walk.ts';

const pin = 'card-pin';
const lifetimeSeconds = 90;
const missing = browserMissing() ?? sambaMissing() ?? requireDebian(...samlPackages);

describe('the first login of somebody whom nobody here knows', { skip: missing ?? false }, () => {
  let samba: Samba;
  let hub: RunningHub;
  let platform: Platform;
  let gateway: SamlApplication;
  let browser: Chromium;
  let page: Page;
  let siths: SithsCards;
  let place: HubOptions;
  const folder = temporaryFolder('first-login');
  const host = new ListHost();
  const inspector = new Inspector();
  const tree = regionTree;

  before(async () => {
    await loadXml();
    place = { dataFolder: folder.path, addresses: await freeAddresses() };
    siths = sithsCards(host, await host.start());
    [samba, hub, platform] = await Promise.all([startSamba(), startHub(place), startPlatform(register())]);
    await makeRegion(samba, hub, 'Cosmic');
    await samba.index('employeeNumber');
    writeFileSync(join(hub.dataFolder, 'hsa.key'), platform.client.key, { mode: 0o600 });
    gateway = await startMellonApplication({
      tls: peerTlsOf(hub),
      idpMetadata: await hubMetadata(hub),
      netScaler: { nameIdFormat: 'unspecified' },
    });
    await applyItems(hub, {
      organisations: [{ id: 'town', name: 'Smalltown', number: '2120000142' }],
      federations: [{ id: 'care', name: { en: 'Care' }, members: [{ organisation: 'town' }] }],
      populations: [{ id: 'siths', ...siths.population }],
      providers: [
        {
          id: 'siths-card',
          connector: 'smartcard',
          name: { en: 'SITHS card' },
          maximumAssurance: 'high',
          populations: ['siths'],
        },
      ],
      personSources: [
        {
          id: 'hsa',
          name: { en: 'HSA' },
          kind: 'hsaSoap',
          addresses: [platform.url],
          logicalAddress,
          client: { certificate: platform.client.cert, keyFile: 'hsa.key' },
          tlsAuthorities: [platform.root],
        },
      ],
      enrolmentRules: [
        {
          id: 'hsa-people',
          name: { en: 'People of the municipalities' },
          populations: ['siths'],
          source: 'hsa',
          organisations: ['town'],
          minimumAssurance: 'substantial',
          roles: [{ purpose: care, role: 'care' }],
        },
      ],
    });
    await registerSaml(hub, {
      cosmic: {
        application: gateway,
        entry: { preset: 'netscaler', requireAssignment: true, federation: 'care' },
      },
    });
    await applyItems(hub, {
      accountTargets: [regionTarget(samba)],
      accountRules: [
        {
          id: 'care',
          name: { en: 'Care in the municipalities' },
          target: 'region',
          applications: ['cosmic'],
          roles: ['care'],
          container: tree,
          attributes: [{ name: 'displayName', value: '{displayName} ({organisation})' }],
          groups: [`CN=Cosmic,${tree}`],
          lifetimeSeconds,
          cardMapping: { form: 'issuerSerial', populations: ['siths'] },
        },
      ],
    });
    browser = await startChromium(hub, { partners: [gateway.url] });
    page = await browser.page();
  });
  after(async () => {
    await browser?.close();
    await gateway?.stop();
    await hub?.remove();
    await platform?.stop();
    await samba?.remove();
    await host.stop();
    folder.remove();
  });

  /** From the application to the page of the card, which is read. */
  async function showCard(): Promise<void> {
    await page.goto(gateway.protectedUrl);
    await page.waitForURL(`${hub.hubUrl}/login/**`);
    const way = page.locator('button[name="_provider"][value="siths-card"]');
    if (await way.isVisible()) await way.click();
    await inspector.inspect(page, 'first-login-card');
    await readCard(page);
  }
  /** Goes to the application; answers what it was told. */
  async function reach(): Promise<{ readonly user?: string | undefined }> {
    await showCard();
    await page.waitForURL((url) => url.href.startsWith(gateway.protectedUrl), { timeout: 60_000 });
    const body = await page.locator('body').innerText();
    const headers = { 'content-type': 'application/json' };
    return gateway.received({ url: new URL(page.url()), status: 200, headers, body });
  }
  const insert = (name: string): void => {
    browser.takeOut();
    const file = join(folder.path, `${name}.p12`);
    writeCardFile(file, siths.cardOf(name), siths.issuing, pin);
    browser.importFile(file, pin);
  };
  const entryOf = async (name: string) => {
    const client = await samba.client();
    const { searchEntries } = await client.search(tree, {
      filter: `(employeeNumber=${hsaId(name)})`,
      attributes: ['displayName', 'altSecurityIdentities', 'accountExpires', 'memberOf'],
    });
    await client.unbind();
    return searchEntries;
  };

  test('somebody whose employer is no member is refused in words, and the region gets no account', async () => {
    insert('AWAY');
    await showCard();
    await page.getByRole('heading', { name: en('reason.source.noCommission.title') }).waitFor();
    await inspector.inspect(page, 'first-login-no-commission');
    assert.deepEqual(await entryOf('AWAY'), []);
    await browser.context.clearCookies();
  });

  test('a nurse with a commission there has an account when she arrives, by the name that the application is told', async () => {
    insert('NORA');
    const told = await reach();
    assert.equal(told.user, 'nornyb@hosp.test');
    const [entry, ...more] = await entryOf('NORA');
    assert.deepEqual(more, []);
    assert.equal(entry?.['displayName'], 'Nora Nyberg (Smalltown)');
    assert.equal(entry['memberOf'], `CN=Cosmic,${tree}`);
    assert.match(String(entry['altSecurityIdentities']), /^X509:<I>.*CN=TEST e-id Person HSA-id 3<SR>[0-9a-f]+$/);
    await samba.setPassword(`CN=${hsaId('NORA')},${tree}`, 'Nurse-Passw0rd');
    assert.equal(samba.kinit('nornyb', 'Nurse-Passw0rd'), undefined);
  });

  test('past its time the domain itself refuses her, with Tillit stopped; the next login opens it again', async () => {
    await hub.stop();
    // A clock of the domain's own that is ahead: no path of ours reads it.
    await samba.stop();
    await samba.start(lifetimeSeconds + 30);
    assert.match(samba.kinit('nornyb', 'Nurse-Passw0rd') ?? 'let in', /expired|revoked/i);
    await samba.stop();
    await samba.start();
    hub = await startHub(place);
    await browser.context.clearCookies();
    assert.equal((await reach()).user, 'nornyb@hosp.test');
    assert.equal(samba.kinit('nornyb', 'Nurse-Passw0rd'), undefined);
    const { output } = await tillitCommand(hub, 'audit', 'find', '--kind', 'account.opened', '--json');
    assert.ok(output.split('\n').some((line) => line.includes('"loginName":"nornyb"')));
  });

  test('the hub’s pages are accessible, and the browser complained of none of them', () => {
    inspector.verify('first-login-card', 'first-login-no-commission');
    assert.deepEqual(
      browser.complaints.filter((one) => one.includes(hub.hubUrl)),
      [],
    );
    assert.deepEqual(browser.strangers, []);
  });
});
