// What a SAML application says beside the level, through a real hub to its providers: which of them, for whom, in which words; and a tile in a provider's portal.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { newToken, systemRandom } from '../../src/base/ids.ts';
import { type AuthnRequest, redirectUrl, writeAuthnRequest } from '../../src/base/saml/index.ts';
import { loadXml, writeXml } from '../../src/base/xml/index.ts';
import { SamlFake, samlCertificate, samlKey } from '../fakes/saml-provider.ts';
import { applyItems } from '../support/hub-pair.ts';
import { formsOf, type HttpAnswer, HttpBrowser, type RunningHub, startHub } from '../support/index.ts';
import { bring, ownMetadata, post, samlItem, visit } from './saml-visits.ts';

const application = 'https://link.example/sp';
const consumer = 'https://link.example/acs';

describe('a SAML application’s wishes', () => {
  let hub: RunningHub;
  const kommun = new SamlFake('kommun');
  const region = new SamlFake('region');

  before(async () => {
    await loadXml();
    hub = await startHub();
    await applyItems(hub, {
      providers: [samlItem(kommun, { scoping: true, userMessage: true, unsolicitedTo: 'link' }), samlItem(region)],
      samlApplications: [
        {
          id: 'link',
          issuer: 'hub',
          name: { en: 'Link' },
          minimumAssurance: 'low',
          entityId: application,
          assertionConsumers: [{ binding: 'post', location: consumer }],
          keys: { signing: [samlCertificate('link')] },
          unsolicited: true,
        },
      ],
      people: [
        {
          id: 'anna-there',
          givenName: 'Anna',
          familyName: 'There',
          identities: [{ namespace: 'saml:kommun', value: 'anna' }],
        },
      ],
    });
    const metadata = await ownMetadata(hub);
    for (const there of [kommun, region]) await there.trust(metadata);
  });
  after(() => hub?.remove());

  async function ask(wish: Partial<AuthnRequest>): Promise<{ browser: HttpBrowser; page: HttpAnswer }> {
    const destination = `${hub.hubUrl}/saml/sso`;
    const request: AuthnRequest = {
      id: `_${newToken(16, systemRandom)}`,
      issueInstant: Date.now(),
      issuer: application,
      destination,
      forceAuthn: false,
      isPassive: false,
      principalSelection: [],
      ...wish,
    };
    const xml = Buffer.from(writeXml(writeAuthnRequest(request)));
    const url = redirectUrl({ location: destination, parameter: 'SAMLRequest', xml, key: samlKey('link') });
    const browser = new HttpBrowser(hub.rootPem);
    return { browser, page: await browser.go(url) };
  }
  const listing = (...all: readonly SamlFake[]) => all.map(({ entityId: providerId }) => ({ providerId }));
  const userMessage = {
    mimeType: 'text/plain',
    messages: [
      { language: 'sv', text: 'Skriv under receptet' },
      { language: 'en', text: 'Sign the <prescription>' },
    ],
  } as const;

  test('an IDPList leaves the page its providers alone, above which the application’s words stand', async () => {
    const { page } = await ask({ scoping: { idpList: listing(kommun, region), requesterIds: [] }, userMessage });
    const ways = [...page.body.matchAll(/leave\?provider=([a-z-]+)"/g)].map(([, id]) => id);
    assert.deepEqual(ways.sort(), ['kommun', 'region']);
    assert.doesNotMatch(page.body, /name="_provider"/);
    assert.match(page.body, /Skriv under receptet|Sign the &lt;prescription&gt;/);
  });

  test('the one listed provider is told for whom, how often it may ask on, and the words; the answer comes back', async () => {
    const scoping = { proxyCount: 2, idpList: listing(kommun), requesterIds: ['https://clinic.example/sp'] };
    const { browser, page } = await ask({ scoping, userMessage });
    const asked = await visit(browser, page, kommun);
    assert.deepEqual(asked.request.scoping, {
      proxyCount: 1,
      idpList: [],
      requesterIds: [application, 'https://clinic.example/sp'],
    });
    assert.deepEqual(asked.request.userMessage, userMessage);
    const form = kommun.answer(asked, { behind: ['https://one.example'] });
    const end = await bring(browser, kommun, form.action, form.fields);
    assert.equal(formsOf(end)[0]?.action, consumer, end.body);
  });

  test('one that asked further on than may be logs nobody in', async () => {
    const { browser, page } = await ask({ scoping: { proxyCount: 1, idpList: listing(kommun), requesterIds: [] } });
    const form = kommun.answer(await visit(browser, page, kommun), { behind: ['https://one.example'] });
    const end = await bring(browser, kommun, form.action, form.fields);
    assert.notEqual(formsOf(end)[0]?.action, consumer, 'no answer with an assertion');
    assert.match(end.body, /could not trust|lita på/i);
  });

  test('ProxyCount 0 offers no provider', async () => {
    const { page } = await ask({ scoping: { proxyCount: 0, idpList: [], requesterIds: [] } });
    assert.doesNotMatch(page.body, /leave\?provider=/);
    assert.equal(page.status, 200);
  });

  test('somebody whom the provider sends by itself is asked about in the usual way, and logged in to that application', async () => {
    const { browser: before, page } = await ask({ scoping: { idpList: listing(kommun), requesterIds: [] } });
    const earlier = kommun.answer(await visit(before, page, kommun), { nameId: { value: 'somebody-else' } });
    const { SAMLResponse = '' } = Object.fromEntries(earlier.fields);
    const unasked = Buffer.from(SAMLResponse, 'base64')
      .toString()
      .replaceAll(/ InResponseTo="[^"]*"/g, '');

    const browser = new HttpBrowser(hub.rootPem);
    const fields = [
      ['SAMLResponse', Buffer.from(unasked).toString('base64')],
      ['RelayState', 'https://evil.example/'],
    ] as const;
    const sent = await post(browser, kommun, `${hub.hubUrl}/login/saml/answer`, fields);
    assert.equal(sent.headers.refresh, `0; url=${hub.hubUrl}/saml/init/link?provider=kommun`);
    const start = await browser.onward(sent);
    const form = kommun.answer(await visit(browser, start, kommun));
    const end = await bring(browser, kommun, form.action, form.fields);
    const [answer] = formsOf(end);
    assert.equal(answer?.action, consumer, end.body);
    const told = Buffer.from(answer?.fields.SAMLResponse ?? '', 'base64').toString();
    assert.match(told, />There</, 'Anna, whom the provider named when it was asked');
    assert.doesNotMatch(told, /InResponseTo|evil/);
  });
});
