// A logout that goes on to the provider behind, through HTTP between two real hubs: ended there too, and shown here.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { applyItems, clientKeysOf, type HubPair, startHubPair } from '../support/hub-pair.ts';
import { formsOf, givePassword, type HttpAnswer, HttpBrowser, type RunningHub } from '../support/index.ts';

const loggedIn = /Where you are logged in/;

describe('a logout here of a login at a hub behind', () => {
  let pair: HubPair;
  let browser: HttpBrowser;

  before(async () => {
    pair = await startHubPair();
    const { here, there } = pair;
    const provider = (id: string, upstream: object) => ({
      id,
      connector: 'oidc',
      name: { en: `The ${id} hub` },
      maximumAssurance: 'high',
      upstream: {
        issuer: there.hubUrl,
        clientId: 'front',
        authentication: { method: 'private_key_jwt', algorithm: 'ES256' },
        preset: 'generic',
        privateNetwork: true,
        ...upstream,
      },
    });
    await applyItems(here, {
      providers: [provider('passing', { passLogout: true }), provider('keeping', {})],
      people: [
        {
          id: 'known-there',
          givenName: 'Known',
          familyName: 'There',
          identities: ['passing', 'keeping'].map((id) => ({ namespace: `oidc:${id}`, value: 'kari-nordmann' })),
        },
      ],
    });
    await applyItems(there, {
      applications: [
        {
          id: 'front',
          issuer: 'hub',
          name: { en: 'The hub in front' },
          redirectUris: ['passing', 'keeping'].map((id) => `${here.hubUrl}/login/callback/${id}`),
          postLogoutRedirectUris: [`${here.hubUrl}/logged-out/back`],
          authentication: { method: 'private_key_jwt', jwks: await clientKeysOf(here) },
          grants: ['authorization_code'],
          scopes: ['openid', 'profile'],
          minimumAssurance: 'low',
        },
      ],
    });
  });
  after(() => pair?.remove());
  beforeEach(() => {
    browser = new HttpBrowser(`${pair.here.rootPem}\n${pair.there.rootPem}`);
  });

  const isLoggedIn = async ({ hubUrl }: RunningHub) => loggedIn.test((await browser.go(`${hubUrl}/portal`)).body);

  /** Logs in to the pages here by way of the hub behind. */
  async function logIn(provider: string): Promise<void> {
    const { here, there } = pair;
    const choice = await browser.go(`${here.hubUrl}/portal`);
    const away = new RegExp(`href="([^"]*/leave\\?provider=${provider})"`).exec(choice.body)?.[1];
    assert.ok(away, choice.body);
    const kari = { username: 'kari', password: there.password('kari') };
    const asked = await browser.go(new URL(away, choice.url));
    const done = await givePassword(browser, asked, kari, () => false);
    assert.match(done.body, loggedIn);
    assert.equal(done.url.origin, here.hubUrl);
    assert.ok(await isLoggedIn(there));
  }

  /** By the button here; `passes`: whether its form may lead to the hub behind. */
  async function logOut(passes: boolean): Promise<HttpAnswer> {
    const asking = await browser.go(`${pair.here.hubUrl}/logout`);
    const form = formsOf(asking).find(({ action }) => action === '/logout');
    assert.ok(form, asking.body);
    const policy = String(asking.headers['content-security-policy']);
    assert.equal(policy.includes(`form-action 'self' ${pair.there.hubUrl}`), passes, policy);
    return await browser.submit(asking, form);
  }

  test('ends the session there by its ID token, and comes back to our page with state', async () => {
    await logIn('passing');
    const left = await logOut(true);
    assert.equal(left.url.origin, pair.there.hubUrl, 'the hub behind ended it, and says what it could not reach');
    assert.equal(await isLoggedIn(pair.there), false);
    const on = /href="([^"]*\/logged-out\/back[^"]*)"/.exec(left.body)?.[1]?.replaceAll('&amp;', '&');
    assert.ok(on !== undefined, left.body);
    assert.ok(on.startsWith(`${pair.here.hubUrl}/logged-out/back?state=`), on);
    const page = await browser.go(on);
    assert.equal(page.url.origin, pair.here.hubUrl);
    assert.match(page.body, /<li><span>The passing hub<\/span><span class="told">Logged out</);
    assert.equal(await isLoggedIn(pair.here), false);
  });

  test('stays here where the provider’s record does not pass it on', async () => {
    await logIn('keeping');
    const page = await logOut(false);
    assert.equal(page.url.origin, pair.here.hubUrl);
    assert.equal(await isLoggedIn(pair.here), false);
    assert.ok(await isLoggedIn(pair.there), 'the login there is nobody’s business here');
  });
});
