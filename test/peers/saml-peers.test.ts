// SimpleSAMLphp, Shibboleth and mod_auth_mellon among themselves: that our counterparts do what tests against the hub take for granted (K1).
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  descendantsOf,
  type HttpAnswer,
  HttpBrowser,
  newPeerTls,
  type PeerTls,
  requireDebian,
  temporaryFolder,
} from '../support/index.ts';
import {
  type SamlApplication,
  type SimpleSaml,
  samlPackages,
  samlsignVerifies,
  signingCertificates,
  startMellonApplication,
  startShibbolethApplication,
  startSimpleSaml,
  startSimpleSamlApplication,
  xmlsec1Verifies,
} from '../support/saml/index.ts';
import { startServerProgram } from '../support/server-program.ts';

const uid = 'urn:oid:0.9.2342.19200300.100.1.1';
const upn = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.6';
const levels = { substantial: 'http://id.elegnamnden.se/loa/1.0/loa3', high: 'http://id.elegnamnden.se/loa/1.0/loa4' };
const passwordLevel = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport';
const emailFormat = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const attributes = {
  uid,
  name: 'urn:oid:2.5.4.3',
  roles: 'urn:oid:1.3.6.1.4.1.5923.1.1.1.1',
  absent: 'urn:oid:2.5.4.20',
};

const users = {
  anna: {
    password: 'hemligt',
    attributes: {
      [uid]: ['anna.berg'],
      [attributes.name]: ['Anna Öberg; läkare'],
      [attributes.roles]: ['member', 'staff'],
    },
  },
  erik: {
    password: 'lösen',
    attributes: { [uid]: ['erik.ek'], [upn]: ['erik.ek@kommun.example'] },
    loa: levels.high,
  },
};

describe('SAML software from Debian', { skip: requireDebian(...samlPackages) ?? false }, () => {
  const folder = temporaryFolder('saml-peers');
  const running: { readonly stop: () => Promise<void> }[] = [];
  const keep = <Started extends { readonly stop: () => Promise<void> }>(started: Started): Started => {
    running.push(started);
    return started;
  };
  let tls: PeerTls;
  /** Signs Response and assertion. */
  let first: SimpleSaml;
  /** Signs the assertion alone and encrypts it, wants signed requests, names the person by UPN. */
  let second: SimpleSaml;
  let shibboleth: SamlApplication;
  let mellon: SamlApplication;
  let php: SamlApplication;
  let strict: SamlApplication;
  let netScaler: SamlApplication;

  before(async () => {
    tls = newPeerTls(folder.path);
    const profile = { encrypt: true, signResponse: false, requireSignedRequests: true, loa: levels.substantial };
    [first, second] = await Promise.all([
      startSimpleSaml({ tls, users }).then(keep),
      startSimpleSaml({ tls, users, ...profile, nameId: { format: emailFormat, attribute: upn } }).then(keep),
    ]);
    const [one, two] = [await first.metadata(), await second.metadata()];
    [shibboleth, mellon, php, strict, netScaler] = await Promise.all([
      startShibbolethApplication({ tls, idpMetadata: one, attributes }).then(keep),
      startMellonApplication({ tls, idpMetadata: one, attributes }).then(keep),
      startSimpleSamlApplication({ tls, idpMetadata: one, attributes }).then(keep),
      startShibbolethApplication({ tls, idpMetadata: two, attributes, requireSignedAssertions: true }).then(keep),
      startMellonApplication({ tls, idpMetadata: one, netScaler: { nameIdFormat: 'emailAddress' } }).then(keep),
    ]);
    await trustAll();
  });
  const trustAll = async (): Promise<void> => {
    const known = [shibboleth, mellon, php, netScaler].map(({ metadata }) => metadata());
    first.trust(...(await Promise.all(known)));
    second.trust(await strict.metadata());
  };
  after(async () => {
    await Promise.all(running.map(({ stop }) => stop()));
    folder.remove();
    assert.deepEqual(servers(), []);
    assert.deepEqual(folders(), []);
  });
  const servers = (): readonly string[] =>
    descendantsOf(process.pid)
      .map(({ command }) => command)
      .filter((command) => /apache2|shibd|sleep/.test(command));
  const folders = (): readonly string[] =>
    readdirSync(tmpdir()).filter((name) => /^tillit-(shib|mellon|simple)/.test(name));

  /** Where a browser ends that asks for the application, and logs in as this person when it is asked to. */
  const visit = async (
    application: SamlApplication,
    provider: SimpleSaml,
    user: string,
    browser = new HttpBrowser(tls.root),
  ): Promise<HttpAnswer> => {
    const page = await browser.sendOn(await browser.go(application.protectedUrl));
    if (!asksForPassword(page)) return page;
    return await browser.sendOn(await provider.logIn(browser, page, user));
  };
  const withoutWish = (metadata: string): string => metadata.replace(/ WantAssertionsSigned="(true|1)"/, '');
  const refused = (application: SamlApplication, page: HttpAnswer, words: RegExp): void => {
    assert.equal(page.url.origin, application.url);
    assert.throws(() => application.received(page), /is not the protected page/);
    assert.match(page.body + application.said(), words);
  };
  const asksForPassword = ({ body }: HttpAnswer): boolean => body.includes('type="password"');

  const witnesses = (response: string, key: string) => [
    xmlsec1Verifies(response, 'Response', key),
    xmlsec1Verifies(response, 'Assertion', key),
    samlsignVerifies(response, key),
  ];

  const refusals = {
    Shibboleth: /Unable to establish security/,
    mod_auth_mellon: /Signature element not found/,
    SimpleSAMLphp: /Neither the assertion nor the response was signed/,
  };
  for (const name of ['Shibboleth', 'mod_auth_mellon', 'SimpleSAMLphp'] as const) {
    const application = (): SamlApplication =>
      ({ Shibboleth: shibboleth, mod_auth_mellon: mellon, SimpleSAMLphp: php })[name];

    test(`${name} is told who logged in at SimpleSAMLphp, how, and all values of each attribute`, async () => {
      const received = application().received(await visit(application(), first, 'anna'));
      assert.equal(received.provider, first.entityId);
      assert.equal(received.loa, passwordLevel);
      assert.match(received.nameId, /^_[0-9a-f]+$/);
      assert.equal(received.user, received.nameId);
      assert.match(received.sessionIndex, /^_[0-9a-f]+$/);
      assert.deepEqual(received.attributes, {
        uid: ['anna.berg'],
        name: ['Anna Öberg; läkare'],
        roles: ['member', 'staff'],
      });
    });

    test(`a person's own level reaches ${name}`, async () => {
      const received = application().received(await visit(application(), first, 'erik'));
      assert.equal(received.loa, levels.high);
      assert.deepEqual(received.attributes, { uid: ['erik.ek'] });
    });

    test(`without the password nobody reaches ${name}`, async () => {
      const browser = new HttpBrowser(tls.root);
      const login = await browser.sendOn(await browser.go(application().protectedUrl));
      const page = await browser.sendOn(await first.logIn(browser, login, 'anna', { password: 'fel' }));
      assert.ok(asksForPassword(page), page.body);
    });

    test(`${name} refuses an answer that nobody signed`, async () => {
      // SimpleSAMLphp signs for who asks for it, whatever its own settings say.
      first.trust(withoutWish(await application().metadata()));
      first.change({ signResponse: false, signAssertion: false });
      const page = await visit(application(), first, 'anna');
      first.change({ signResponse: true, signAssertion: true });
      await trustAll();
      refused(application(), page, refusals[name]);
    });
  }

  test('xmlsec1 and samlsign agree on what was signed, and see a changed byte and a wrong key', async () => {
    const { response = '' } = mellon.received(await visit(mellon, first, 'anna'));
    const [key = ''] = signingCertificates(await first.metadata());
    for (const { good, said } of witnesses(response, key)) assert.ok(good, said);
    const changed = response.replace('anna.berg', 'anna.borg');
    assert.notEqual(changed, response);
    for (const { good, said } of witnesses(changed, key)) assert.ok(!good, said);
    const [other = ''] = signingCertificates(await second.metadata());
    for (const { good, said } of witnesses(response, other)) assert.ok(!good, said);
  });

  test('one logout that begins at Shibboleth ends the login at SimpleSAMLphp and at mod_auth_mellon', async () => {
    const browser = new HttpBrowser(tls.root);
    shibboleth.received(await visit(shibboleth, first, 'anna', browser));
    // Single sign-on: no password is asked for.
    mellon.received(await browser.sendOn(await browser.go(mellon.protectedUrl)));
    const end = await browser.sendOn(await browser.go(shibboleth.logoutUrl));
    assert.equal(end.url.href, `${shibboleth.url}/`, end.body);
    for (const application of [mellon, shibboleth]) {
      const page = await browser.sendOn(await browser.go(application.protectedUrl));
      assert.ok(asksForPassword(page), `${application.url}: ${page.body}`);
    }
  });

  test('one logout that begins at mod_auth_mellon ends the login at Shibboleth', async () => {
    const browser = new HttpBrowser(tls.root);
    mellon.received(await visit(mellon, first, 'anna', browser));
    shibboleth.received(await browser.sendOn(await browser.go(shibboleth.protectedUrl)));
    const end = await browser.sendOn(await browser.go(mellon.logoutUrl));
    assert.equal(end.url.href, `${mellon.url}/`, end.body);
    const page = await browser.sendOn(await browser.go(shibboleth.protectedUrl));
    assert.ok(asksForPassword(page), page.body);
  });

  test('the NetScaler profile answers at its own addresses and takes the UPN from a signed Response and assertion', async () => {
    const metadata = await netScaler.metadata();
    assert.ok(metadata.includes(`${netScaler.url}/cgi/samlauth`), metadata);
    assert.match(metadata, /WantAssertionsSigned="true"/);
    first.change({ nameId: { format: emailFormat, attribute: upn } });
    const browser = new HttpBrowser(tls.root);
    const page = await visit(netScaler, first, 'erik', browser);
    first.change({ nameId: undefined });
    const { user, response = '' } = netScaler.received(page);
    assert.equal(user, 'erik.ek@kommun.example');
    assert.ok(response.includes(`Destination="${netScaler.url}/cgi/samlauth"`), response);
    const end = await browser.sendOn(await browser.go(netScaler.logoutUrl));
    assert.equal(end.url.href, `${netScaler.url}/`, end.body);
    assert.ok(asksForPassword(await browser.sendOn(await browser.go(netScaler.protectedUrl))));
  });

  for (const setting of ['signResponse', 'signAssertion'] as const) {
    test(`the NetScaler profile refuses when ${setting} is off, as STRICT does`, async () => {
      first.trust(withoutWish(await netScaler.metadata()));
      first.change({ [setting]: false });
      const page = await visit(netScaler, first, 'erik');
      first.change({ [setting]: true });
      await trustAll();
      assert.throws(() => netScaler.received(page), /a NetScaler on STRICT refuses/);
    });
  }

  test('an encrypted assertion with the only signature inside it is read; one without that signature is refused', async () => {
    const received = strict.received(await visit(strict, second, 'erik'));
    assert.equal(received.nameId, 'erik.ek@kommun.example');
    assert.equal(received.loa, levels.high);
    second.trust(withoutWish(await strict.metadata()));
    second.change({ signResponse: true, signAssertion: false });
    const other = await visit(strict, second, 'erik');
    second.change({ signResponse: false, signAssertion: true });
    await trustAll();
    refused(strict, other, /incoming assertion was unsigned/);
  });

  test('what goes over the wire is encrypted', async () => {
    const browser = new HttpBrowser(tls.root);
    const login = await browser.sendOn(await browser.go(strict.protectedUrl));
    const page = await second.logIn(browser, login, 'erik');
    const response = /name="SAMLResponse" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
    const xml = Buffer.from(response, 'base64').toString();
    assert.match(xml, /EncryptedAssertion/);
    assert.doesNotMatch(xml, /erik\.ek/);
  });

  test('SimpleSAMLphp refuses a request that is not signed, when it is told to', async () => {
    const careless = await startShibbolethApplication({
      tls,
      idpMetadata: await second.metadata(),
      signRequests: false,
    });
    try {
      second.trust(await strict.metadata(), await careless.metadata());
      const page = await visit(careless, second, 'erik');
      assert.equal(page.url.origin, second.url);
      assert.match(page.body, /Validation of received messages enabled, but no signature found on message/);
    } finally {
      await careless.stop();
      await trustAll();
    }
  });

  test('an application that asks for a level refuses another; a provider with a new key is a stranger', async () => {
    const picky = await startMellonApplication({ tls, idpMetadata: await first.metadata(), loa: [levels.high] });
    try {
      first.trust(await picky.metadata());
      assert.equal(picky.received(await visit(picky, first, 'erik')).loa, levels.high);
      refused(picky, await visit(picky, first, 'anna'), /does not match the MellonAuthnContextClassRef/);
      await first.roll();
      refused(picky, await visit(picky, first, 'erik'), /Failed to verify signature/);
    } finally {
      await picky.stop();
      await trustAll();
    }
  });

  test('Shibboleth fetches signed metadata, and follows a new key that was announced in it without a restart', async () => {
    const { entityId, metadataUrl: url, metadataCertificate: certificate } = first;
    const follower = await startShibbolethApplication({ tls, idpMetadata: { entityId, url, certificate } });
    const other = second.metadataCertificate;
    const deceived = await startShibbolethApplication({ tls, idpMetadata: { entityId, url, certificate: other } });
    try {
      first.trust(await follower.metadata(), await deceived.metadata());
      follower.received(await visit(follower, first, 'anna'));
      refused(deceived, await visit(deceived, first, 'anna'), /Unknown or Unusable Identity Provider/);
      await first.announce();
      assert.equal(signingCertificates(await first.metadata()).length, 2);
      await sleep(2_500);
      await first.roll();
      assert.equal(signingCertificates(await first.metadata()).length, 1);
      follower.received(await visit(follower, first, 'anna'));
    } finally {
      await Promise.all([follower.stop(), deceived.stop()]);
      await trustAll();
    }
  });

  test('one that cannot start says why and leaves nothing', async () => {
    const before = [servers(), folders()];
    const idpMetadata = '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="urn:x"/>';
    await assert.rejects(
      startMellonApplication({ tls, idpMetadata, attributes: { 'a b': 'c' } }),
      /MellonSetEnvNoPrefix/,
    );
    await assert.rejects(
      startShibbolethApplication({ tls, idpMetadata, entityId: '"<' }),
      /shibd: ended with.*fatal error on line 6/s,
    );
    const late = { name: 'late', folder: folder.path, command: ['sleep', '60'], deadlineMs: 50 };
    await assert.rejects(startServerProgram({ ...late, isReady: async () => false }), /late: not ready after 50 ms/);
    assert.deepEqual([servers(), folders()], before);
  });
});
