// Answers by artifact with software that is not ours: SimpleSAMLphp gives them to the hub, the hub gives them to Shibboleth (K1, V2).
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ownMetadata } from '../flows/saml-visits.ts';
import { applyItems } from '../support/hub-pair.ts';
import {
  ApplicationClient,
  demoApplication,
  givePassword,
  type HttpAnswer,
  HttpBrowser,
  peerTlsOf,
  type RunningHub,
  requireDebian,
  startHub,
  tillitCommand,
} from '../support/index.ts';
import {
  hubMetadata,
  registerSaml,
  type SamlApplication,
  type SimpleSaml,
  samlPackages,
  startShibbolethApplication,
  startSimpleSaml,
} from '../support/saml/index.ts';

const uid = 'urn:oid:0.9.2342.19200300.100.1.1';
const users = { anna: { password: 'hemligt', attributes: { [uid]: ['anna.berg'] } } };

describe('artifacts', { skip: requireDebian(...samlPackages) ?? false }, () => {
  let hub: RunningHub;
  let provider: SimpleSaml;
  let shibboleth: SamlApplication;

  before(async () => {
    hub = await startHub();
    const tls = peerTlsOf(hub);
    const idpMetadata = await hubMetadata(hub);
    [provider, shibboleth] = await Promise.all([
      startSimpleSaml({ tls, users, sendsArtifacts: true }),
      startShibbolethApplication({
        tls,
        idpMetadata,
        byArtifact: true,
        requireSignedAssertions: true,
        attributes: { given: 'urn:oid:2.5.4.42' },
      }),
    ]);
    await registerSaml(hub, { shibboleth: { application: shibboleth, entry: { preset: 'shibboleth' } } });
    writeFileSync(join(hub.dataFolder, 'kommun.xml'), await provider.metadata());
    await applyItems(hub, {
      organisations: [{ id: 'kommun', name: 'Kommun', number: '2120001553' }],
      providers: [
        {
          id: 'kommun',
          connector: 'saml',
          name: { en: 'The municipality' },
          maximumAssurance: 'substantial',
          saml: {
            metadata: { file: 'kommun.xml' },
            preset: 'simplesamlphp',
            organisation: 'kommun',
            subjectAttribute: uid,
            answerBinding: 'artifact',
          },
        },
      ],
      people: [
        {
          id: 'anna-berg',
          givenName: 'Anna',
          familyName: 'Berg',
          identities: [{ namespace: 'saml:kommun', value: 'anna.berg' }],
          assignments: [{ id: 'anna-at-kommun', organisation: 'kommun', role: 'nurse' }],
        },
      ],
    });
    provider.trust(await ownMetadata(hub));
  });
  after(async () => {
    await Promise.all([provider?.stop(), shibboleth?.stop()]);
    await hub?.remove();
  });

  const atApplication = (url: URL): boolean => url.origin === hub.ehrUrl;
  const atArtifact = (url: URL): boolean => url.pathname === '/login/saml/artifact';

  /** From an application to SimpleSAMLphp, and to where it sends the browser with its artifact. */
  async function toArtifact() {
    const browser = new HttpBrowser(hub.rootPem);
    const client = new ApplicationClient(demoApplication(hub));
    const login = await client.push();
    const page = await browser.go(login.url, atApplication);
    const way = /href="([^"]*\/leave\?provider=kommun)"/.exec(page.body)?.[1];
    assert.ok(way, page.body);
    const asked = await browser.go(new URL(way, page.url));
    assert.equal(asked.url.origin, provider.url, asked.body);
    const brought = await provider.logIn(browser, asked, 'anna', { until: atArtifact });
    assert.ok(atArtifact(brought.url), `${brought.url.href}\n${brought.body}\n${provider.said()}`);
    return { browser, client, login, artifact: brought.url };
  }

  /** What the trail says of an answer that the page says was not trusted. */
  async function checkOf({ body }: HttpAnswer): Promise<string> {
    assert.match(body, /We could not trust the answer/);
    const reference = /class="code">([0-9A-Z-]{9})</.exec(body)?.[1] ?? '';
    return (await tillitCommand(hub, 'audit', 'find', '--reference', reference, '--json')).output;
  }

  test('SimpleSAMLphp’s is taken in an address, resolved there, and logs in', async () => {
    const { browser, client, login, artifact } = await toArtifact();
    assert.deepEqual([...artifact.searchParams.keys()].sort(), ['RelayState', 'SAMLart']);
    const end = await browser.go(artifact, atApplication);
    assert.ok(atApplication(end.url), `${end.url.href}\n${end.body}\n${provider.said()}`);
    assert.equal((await client.complete(end.url, login)).idClaims.sub, 'anna-berg');
  });

  test('SimpleSAMLphp’s brought to another browser, or with another’s name, logs nobody in', async () => {
    const { browser, artifact } = await toArtifact();
    const victim = await new HttpBrowser(hub.rootPem).go(artifact, atApplication);
    assert.ok(!atApplication(victim.url));
    const replayed = await browser.go(artifact, atApplication);
    assert.ok(!atApplication(replayed.url), 'its way back was spent');
    const other = await toArtifact();
    const bytes = Buffer.from(other.artifact.searchParams.get('SAMLart') ?? '', 'base64').fill(1, 4, 24);
    other.artifact.searchParams.set('SAMLart', bytes.toString('base64'));
    const end = await other.browser.go(other.artifact, atApplication);
    assert.match(await checkOf(end), /artifact\.sourceId/);
  });

  test('SimpleSAMLphp’s around an encrypted assertion is refused: it changes what it signed', async () => {
    provider.change({ encrypt: true });
    const { browser, artifact } = await toArtifact();
    const end = await browser.go(artifact, atApplication);
    provider.change({ encrypt: false });
    assert.match(await checkOf(end), /artifact\.signature/);
  });

  test('Shibboleth resolves ours by its signature, once, and is told who logged in', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    const page = await browser.sendOn(await browser.go(shibboleth.protectedUrl));
    const kari = { username: 'kari', password: hub.password('kari') };
    const end = await browser.sendOn(await givePassword(browser, page, kari, () => false));
    const received = shibboleth.received(end);
    assert.equal(received.provider, `${hub.hubUrl}/saml/metadata`);
    assert.deepEqual(received.attributes.given, ['Kari']);
    const { output } = await tillitCommand(hub, 'audit', 'find', '--kind', 'ticket.fetched', '--json');
    assert.match(output, /"application":\s*"shibboleth"/);
  });
});
