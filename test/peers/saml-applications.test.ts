// Shibboleth, mod_auth_mellon, SimpleSAMLphp and a NetScaler's settings log people in at our hub, and log them out (V2, K7).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  givePassword,
  type HttpAnswer,
  HttpBrowser,
  type PeerTls,
  peerTlsOf,
  type RunningHub,
  requireDebian,
  startHub,
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

describe('SAML applications at the hub', { skip: requireDebian(...samlPackages) ?? false }, () => {
  let hub: RunningHub;
  let tls: PeerTls;
  let metadata: string;
  let shibboleth: SamlApplication;
  let mellon: SamlApplication;
  let php: SamlApplication;
  let netScaler: SamlApplication;
  let strong: SamlApplication;
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
    await registerSaml(hub, {
      shibboleth: { application: shibboleth, entry: { preset: 'shibboleth', requireSignedRequest: true } },
      mellon: { application: mellon, entry: { preset: 'mellon' } },
      php: { application: php, entry: { preset: 'simplesamlphp' } },
      netscaler: {
        application: netScaler,
        entry: { preset: 'netscaler', nameId: { format: 'unspecified', from: 'personId' }, unsolicited: true },
      },
      strong: { application: strong, entry: { preset: 'shibboleth' } },
    });
  });
  after(async () => {
    await Promise.all(running.map(({ stop }) => stop()));
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
      if (name === 'Shibboleth') assert.equal(again.nameId, received.nameId, 'a persistent name is the same next time');
    });
  }
});
