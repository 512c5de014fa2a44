// Logins at SimpleSAMLphp, as two municipalities' providers of different make: requests, encryption, levels, key change, logout (K1).
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { nameIdFormats } from '../../src/base/saml/index.ts';
import { ownMetadata } from '../flows/saml-visits.ts';
import { applyItems } from '../support/hub-pair.ts';
import {
  ApplicationClient,
  demoApplication,
  formsOf,
  type HttpAnswer,
  HttpBrowser,
  type RunningHub,
  requireDebian,
  startHub,
} from '../support/index.ts';
import { peerTlsOf } from '../support/peer-tls.ts';
import { type SimpleSaml, samlPackages, startSimpleSaml } from '../support/saml/index.ts';

const uid = 'urn:oid:0.9.2342.19200300.100.1.1';
const affiliation = 'urn:oid:1.2.752.201.3.1';
const levels = { substantial: 'http://id.elegnamnden.se/loa/1.0/loa3', high: 'http://id.elegnamnden.se/loa/1.0/loa4' };
const users = {
  anna: { password: 'hemligt', attributes: { [uid]: ['anna.berg'], [affiliation]: ['anna@2120001553'] } },
  erik: { password: 'lösen', attributes: { [uid]: ['erik.ek'], [affiliation]: ['erik@2120001561'] }, loa: levels.high },
};

describe('a login at SimpleSAMLphp', { skip: requireDebian(...samlPackages) ?? false }, () => {
  let hub: RunningHub;
  /** Signs Response and assertion, names people by an attribute, says no level. */
  let plain: SimpleSaml;
  /** Encrypts (AES-128-CBC, RSA-OAEP), wants signed requests, names people by a persistent NameID, says levels. */
  let strict: SimpleSaml;

  before(async () => {
    hub = await startHub();
    const tls = peerTlsOf(hub);
    [plain, strict] = await Promise.all([
      startSimpleSaml({ tls, users }),
      startSimpleSaml({
        tls,
        users,
        encrypt: true,
        requireSignedRequests: true,
        loa: levels.substantial,
        nameId: { format: nameIdFormats.persistent, attribute: uid },
      }),
    ]);
    await applyAll();
    const metadata = await ownMetadata(hub);
    plain.trust(metadata);
    strict.trust(metadata);
  });
  after(async () => {
    await Promise.all([plain?.stop(), strict?.stop()]);
    await hub?.remove();
  });

  /** What an operator writes, with the provider's own metadata in a file beside it. */
  async function item(id: string, there: SimpleSaml, more: object) {
    writeFileSync(join(hub.dataFolder, `${id}.xml`), await there.metadata());
    return {
      id,
      connector: 'saml',
      name: { en: `The ${id} login` },
      maximumAssurance: 'high',
      saml: {
        metadata: { file: `${id}.xml` },
        preset: 'simplesamlphp',
        organisation: 'kommun',
        levels: { [levels.substantial]: 'substantial', [levels.high]: 'high' },
        ...more,
      },
    };
  }

  const applyAll = async () =>
    applyItems(hub, {
      organisations: [{ id: 'kommun', name: 'Kommun', number: '2120001553' }],
      providers: [
        await item('plain', plain, { subjectAttribute: uid }),
        await item('strict', strict, { mustEncrypt: true, passLogout: true }),
      ],
      people: [
        {
          id: 'anna-berg',
          givenName: 'Anna',
          familyName: 'Berg',
          identities: ['plain', 'strict'].map((id) => ({ namespace: `saml:${id}`, value: 'anna.berg' })),
          assignments: [{ id: 'anna-at-kommun', organisation: 'kommun', role: 'nurse' }],
        },
      ],
    });

  const atApplication = (url: URL): boolean => url.origin === hub.ehrUrl;

  async function logIn(id: string, there: SimpleSaml, user: string, wish: Readonly<Record<string, string>> = {}) {
    const browser = new HttpBrowser(hub.rootPem);
    const client = new ApplicationClient(demoApplication(hub));
    const login = await client.push(wish);
    const page = await browser.go(login.url, atApplication);
    const way = new RegExp(`href="([^"]*/leave\\?provider=${id})"`).exec(page.body)?.[1];
    assert.ok(way, page.body);
    const asked = await browser.go(new URL(way, page.url));
    assert.equal(asked.url.origin, there.url, asked.body);
    const end = await browser.sendOn(await there.logIn(browser, asked, user), atApplication);
    return { browser, client, login, end };
  }
  const levelOf = async ({ client, login, end }: Awaited<ReturnType<typeof logIn>>) => {
    assert.ok(atApplication(end.url), `${end.url.href}\n${end.body}`);
    const { idClaims } = await client.complete(end.url, login);
    assert.equal(idClaims.sub, 'anna-berg');
    return idClaims.acr;
  };

  test('that says no level is low, whatever its own name for the means', async () => {
    assert.equal(await levelOf(await logIn('plain', plain, 'anna')), 'urn:tillit:loa:low');
    const { end } = await logIn('plain', plain, 'anna', { acr_values: 'urn:tillit:loa:substantial' });
    assert.match(end.body, /A stronger login is needed/);
  });

  test('that encrypts, wants our signature, and names people by a lasting NameID', async () => {
    const wish = { acr_values: 'urn:tillit:loa:substantial' };
    assert.equal(await levelOf(await logIn('strict', strict, 'anna', wish)), 'urn:tillit:loa:substantial');
  });

  test('that speaks for another organisation is refused, and told so', async () => {
    assert.match((await logIn('strict', strict, 'erik')).end.body, /The answer was about another organisation/);
  });

  test('goes on through a change of its keys, as soon as our record has the next one', async () => {
    await strict.announce();
    await applyAll();
    await levelOf(await logIn('strict', strict, 'anna'));
    await strict.roll();
    await levelOf(await logIn('strict', strict, 'anna'));
    await plain.roll();
    const { end } = await logIn('plain', plain, 'anna');
    assert.match(end.body, /We could not trust the answer/, 'a key that nobody told us of');
  });

  test('ends there when the person logs out here, by our signed request', async () => {
    const { browser, end } = await logIn('strict', strict, 'anna');
    assert.ok(atApplication(end.url));
    const asking = await browser.go(`${hub.hubUrl}/logout`);
    const form = formsOf(asking).find(({ action }) => action === '/logout');
    assert.ok(form, asking.body);
    const page: HttpAnswer = await browser.submit(asking, form);
    assert.equal(page.url.origin, hub.hubUrl, page.body);
    assert.match(page.body, /The strict login<\/span><span class="told">Logged out</);
  });

  test('ends here when the person logs out there', async () => {
    const { browser, end } = await logIn('strict', strict, 'anna');
    assert.ok(atApplication(end.url));
    const there = `${strict.url}/saml2/idp/SingleLogoutService.php?ReturnTo=${encodeURIComponent(strict.url)}`;
    const page = await browser.sendOn(await browser.go(there));
    assert.equal(page.url.origin, strict.url);
    assert.doesNotMatch((await browser.go(`${hub.hubUrl}/portal`)).body, /Where you are logged in/);
  });
});
