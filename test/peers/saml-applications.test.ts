// Shibboleth, mod_auth_mellon, SimpleSAMLphp and a NetScaler's settings log people in at our hub, and log them out (V2, K7).
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { inflateRawSync } from 'node:zlib';
import { parse } from 'yaml';
import {
  formsOf,
  givePassword,
  type HttpAnswer,
  HttpBrowser,
  LogoutApplication,
  type PeerTls,
  peerTlsOf,
  type RunningHub,
  requireDebian,
  softCard,
  startHub,
  tillitCommand,
  toCardListener,
} from '../support/index.ts';
import {
  hubMetadata,
  registerSaml,
  type SamlApplication,
  samlPackages,
  samlsignVerifies,
  signingCertificates,
  startMellonApplication,
  startShibbolethApplication,
  startSimpleSamlApplication,
  xmlsec1Verifies,
} from '../support/saml/index.ts';

const loa = (level: string): string => `urn:tillit:loa:${level}`;
const attributes = {
  given: 'urn:oid:2.5.4.42',
  sn: 'urn:oid:2.5.4.4',
  acr: 'urn:tillit:claim:acr',
  decision: 'urn:tillit:claim:decision',
};

/** The record that a page of the documentation shows. */
function inDocs(page: string): Readonly<Record<string, unknown>> {
  const text = readFileSync(new URL(`../../docs/integrate/${page}`, import.meta.url), 'utf8');
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(text) ?? [];
  const { samlApplications } = parse(yaml) as { samlApplications: readonly Record<string, unknown>[] };
  const [entry] = samlApplications;
  assert.ok(entry);
  return entry;
}

describe('SAML applications at the hub', { skip: requireDebian(...samlPackages) ?? false }, () => {
  let hub: RunningHub;
  let tls: PeerTls;
  let metadata: string;
  let shibboleth: SamlApplication;
  let mellon: SamlApplication;
  let php: SamlApplication;
  let netScaler: SamlApplication;
  let strong: SamlApplication;
  let oidc: LogoutApplication;
  const running: SamlApplication[] = [];

  before(async () => {
    hub = await startHub();
    tls = peerTlsOf(hub);
    metadata = await hubMetadata(hub);
    const common = { tls, idpMetadata: metadata, attributes };
    [shibboleth, mellon, php, netScaler, strong] = await Promise.all([
      startShibbolethApplication({ ...common, requireSignedAssertions: true }),
      startMellonApplication(common),
      startSimpleSamlApplication(common),
      startMellonApplication({ ...common, netScaler: { nameIdFormat: 'unspecified' } }),
      startShibbolethApplication({ ...common, loa: [loa('high')] }),
    ]);
    running.push(shibboleth, mellon, php, netScaler, strong);
    const { attributes: extra, requireSignedRequest } = inDocs('saml-application.md');
    const { id: _id, name: _name, homeUrl: _home, keys: _keys, ...gateway } = inDocs('netscaler.md');
    await registerSaml(hub, {
      shibboleth: {
        application: shibboleth,
        entry: { preset: 'shibboleth', attributes: extra, requireSignedRequest },
      },
      mellon: { application: mellon, entry: { preset: 'mellon' } },
      php: { application: php, entry: { preset: 'simplesamlphp' } },
      netscaler: {
        application: netScaler,
        // Its own addresses and name, a password, and people without an account name, who have an id.
        entry: {
          ...gateway,
          entityId: netScaler.entityId,
          assertionConsumers: [{ binding: 'post', location: `${netScaler.url}/cgi/samlauth` }],
          singleLogout: [{ binding: 'redirect', location: `${netScaler.url}/cgi/tmlogout` }],
          minimumAssurance: 'low',
          nameId: { format: 'unspecified', from: 'personId' },
          unsolicited: true,
        },
      },
      strong: { application: strong, entry: { preset: 'shibboleth' } },
    });
    oidc = await LogoutApplication.make(hub, 'quick');
    const file = join(hub.dataFolder, 'clients.yaml');
    writeFileSync(file, JSON.stringify({ applications: [oidc.entry()] }));
    const done = await tillitCommand(hub, 'apply', '--yes', file);
    assert.equal(done.code, 0, done.output);
    await sleep(1500);
    await oidc.open();
  });
  after(async () => {
    await Promise.all([...running.map(({ stop }) => stop()), oidc?.close()]);
    await hub?.remove();
  });

  const kari = () => ({ username: 'kari', password: hub.password('kari') });
  const never = () => false;
  /** Where a browser ends that asks for the application, and logs in when it is asked to. */
  const visit = async (application: SamlApplication, browser = new HttpBrowser(hub.rootPem)): Promise<HttpAnswer> => {
    const page = await browser.sendOn(await browser.go(application.protectedUrl));
    return await browser.sendOn(await givePassword(browser, page, kari(), never));
  };

  test('OpenSAML and xmlsec1 verify the signature of our metadata', () => {
    const [certificate = ''] = signingCertificates(metadata);
    for (const { good, said } of [
      xmlsec1Verifies(metadata, 'EntityDescriptor', certificate),
      samlsignVerifies(metadata, certificate),
    ])
      assert.ok(good, said);
  });

  for (const name of ['Shibboleth', 'mod_auth_mellon', 'SimpleSAMLphp'] as const) {
    test(`${name} is told who logged in, how, and no more than its record says`, async () => {
      const application = { Shibboleth: shibboleth, mod_auth_mellon: mellon, SimpleSAMLphp: php }[name];
      const received = application.received(await visit(application));
      assert.equal(received.provider, `${hub.hubUrl}/saml/metadata`);
      assert.equal(received.loa, loa('low'));
      assert.match(received.nameId, /^t[A-Za-z0-9_-]{43}$/);
      assert.deepEqual(received.attributes.given, ['Kari']);
      assert.deepEqual(received.attributes.acr, [loa('low')]);
      assert.equal(received.attributes.decision?.length, 1);
      const again = application.received(await visit(application));
      // mod_auth_mellon and SimpleSAMLphp ask for a transient name, and get one.
      assert.equal(again.nameId === received.nameId, name === 'Shibboleth', `${received.nameId} ${again.nameId}`);
    });
  }

  test('a NetScaler on STRICT is given the account name as NameID, and logs on with it', async () => {
    const received = netScaler.received(await visit(netScaler));
    assert.equal(received.user, 'kari-nordmann');
  });

  test('a login that began here reaches the application that allows it, and no other', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    const first = await browser.go(`${hub.hubUrl}/saml/init/netscaler`);
    const page = await browser.sendOn(await givePassword(browser, first, kari(), never));
    assert.equal(page.url.origin, netScaler.url, page.body);
    const refused = await browser.go(`${hub.hubUrl}/saml/init/mellon`);
    assert.equal(refused.status, 400);
    assert.match(refused.body, /request\.unknownApplication/);
  });

  test('an application that asks for a level is never reached below it, and is told why', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    await visit(mellon, browser);
    // The session is worth less than what is asked for: the hub asks for the card.
    const page = await browser.sendOn(await browser.go(strong.protectedUrl));
    assert.equal(page.url.origin, hub.hubUrl);
    assert.doesNotMatch(page.body, /type="password"/);
    const cancel = formsOf(page).find(({ fields }) => fields._action === 'cancel');
    assert.ok(cancel, page.body);
    const end = await browser.sendOn(await browser.submit(page, cancel));
    assert.equal(end.url.origin, strong.url);
    assert.throws(() => strong.received(end), /is not the protected page/);
    assert.match(end.body, /status\/1\.0\/cancel/);
  });

  test('with the card the level that was asked for is reached, and said', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    await visit(mellon, browser);
    browser.card = softCard(hub, 'kari-advanced');
    const page = await browser.sendOn(await browser.go(strong.protectedUrl));
    const { url } = await toCardListener(browser, page);
    const end = await browser.sendOn(await browser.go(url));
    assert.equal(strong.received(end).loa, loa('high'));
  });

  /** Follows the page after logout as its script and its frames would. */
  const finish = async (browser: HttpBrowser, page: HttpAnswer): Promise<HttpAnswer> => {
    for (const [, src = ''] of page.body.matchAll(/<iframe [^>]*src="([^"]+)"/g))
      await browser.go(src.replaceAll('&amp;', '&'));
    // The page looks again until the frames' answers are in.
    let shown = page;
    for (let look = 0; shown.body.includes(' data-more="1"') && look < 40; look += 1) {
      await sleep(250);
      shown = await browser.go(page.url);
    }
    const next = /data-next="([^"]+)"/.exec(shown.body)?.[1];
    return next === undefined ? shown : await browser.sendOn(await browser.go(next.replaceAll('&amp;', '&')));
  };
  const isClosed = async (browser: HttpBrowser, application: SamlApplication): Promise<boolean> => {
    const page = await browser.sendOn(await browser.go(application.protectedUrl));
    return page.url.origin === hub.hubUrl;
  };

  for (const asker of ['Shibboleth', 'mod_auth_mellon', 'SimpleSAMLphp'] as const) {
    test(`one logout that begins at ${asker} ends the others too, an application of OpenID Connect among them`, async () => {
      const application = { Shibboleth: shibboleth, mod_auth_mellon: mellon, SimpleSAMLphp: php }[asker];
      const browser = new HttpBrowser(hub.rootPem);
      for (const one of [shibboleth, mellon, php]) one.received(await visit(one, browser));
      const { sid } = await oidc.logIn(browser, kari());
      const page = await browser.sendOn(await browser.go(application.logoutUrl));
      const end = await finish(browser, page);
      assert.equal(end.url.origin, application.url, end.body);
      assert.ok(oidc.ended.includes(sid));
      for (const one of [shibboleth, mellon, php]) assert.ok(await isClosed(browser, one), one.url);
    });
  }

  test('a logout that begins at the hub or at an application of OpenID Connect ends those of SAML', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    for (const one of [shibboleth, mellon, php]) one.received(await visit(one, browser));
    const { idToken } = await oidc.logIn(browser, kari());
    const page = await browser.go(await oidc.logoutUrl({ id_token_hint: idToken }));
    assert.match(page.body, /The shibboleth one<\/span><span class="told">/);
    assert.match(page.body, /The mellon one<\/span><span class="told">/);
    const end = await finish(browser, page);
    assert.match(end.body, /The php one<\/span><span class="told">/);
    for (const one of [shibboleth, mellon, php]) assert.ok(await isClosed(browser, one), one.url);
  });

  test('what cannot be reached is shown, and the application that asked hears PartialLogout', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    for (const one of [php, shibboleth]) one.received(await visit(one, browser));
    await oidc.logIn(browser, kari());
    await oidc.close();
    const page = await browser.sendOn(await browser.go(php.logoutUrl));
    assert.equal(page.url.origin, hub.hubUrl);
    assert.match(page.body, /The quick one<\/span><span class="failed">Could not be reached/);
    const on = /class="button main" href="([^"]+)"/.exec(page.body)?.[1] ?? '';
    const answer = await browser.go(on.replaceAll('&amp;', '&'), ({ origin }) => origin === php.url);
    const xml = inflateRawSync(Buffer.from(answer.url.searchParams.get('SAMLResponse') ?? '', 'base64')).toString();
    assert.match(xml, /status:Success"><samlp:StatusCode Value="[^"]*PartialLogout"/);
    await oidc.open();
  });
});
