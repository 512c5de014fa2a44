// Single logout with SAML providers through a real hub: ours goes on to them, theirs ends what rests on their logins here.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { statusCodes } from '../../src/base/saml/index.ts';
import {
  answerToLogout,
  askedToLogOut,
  loggedOutForm,
  loggedOutUrl,
  logoutByPost,
  logoutByRedirect,
  logoutBySoap,
  logoutOf,
} from '../fakes/saml-logout.ts';
import { SamlFake, samlKey } from '../fakes/saml-provider.ts';
import { applyItems } from '../support/hub-pair.ts';
import {
  formsOf,
  type HttpAnswer,
  HttpBrowser,
  LogoutApplication,
  type RunningHub,
  startHub,
} from '../support/index.ts';
import { bring, logInAt, ownMetadata, samlItem, visit } from './saml-visits.ts';

const loggedIn = /Where you are logged in/;

describe('single logout with a SAML provider', () => {
  let hub: RunningHub;
  const passing = new SamlFake('passing');
  const keeping = new SamlFake('keeping');
  const posting = new SamlFake('posting');

  /** An application that nobody has started. */
  let away: LogoutApplication;

  before(async () => {
    hub = await startHub();
    away = await LogoutApplication.make(hub, 'away');
    await applyItems(hub, {
      organisations: [{ id: 'kommun', name: 'Kommunen', number: '2120001553' }],
      applications: [away.entry()],
      providers: [
        samlItem(passing, { passLogout: true }),
        samlItem(keeping),
        samlItem(posting, {
          passLogout: true,
          singleLogout: [{ binding: 'post', location: `${posting.url}/slo` }],
        }),
      ],
      people: [
        {
          id: 'anna-there',
          givenName: 'Anna',
          familyName: 'There',
          identities: [passing, keeping, posting].map(({ name }) => ({ namespace: `saml:${name}`, value: 'anna' })),
          assignments: [{ id: 'anna-at-kommun', organisation: 'kommun', role: 'nurse' }],
        },
      ],
    });
    const metadata = await ownMetadata(hub);
    for (const there of [passing, keeping, posting]) await there.trust(metadata);
  });
  after(() => hub?.remove());

  const isLoggedIn = async (browser: HttpBrowser) => loggedIn.test((await browser.go(`${hub.hubUrl}/portal`)).body);

  async function logIn(there: SamlFake): Promise<HttpBrowser> {
    const browser = new HttpBrowser(hub.rootPem);
    const done = await logInAt(there, browser, await browser.go(`${hub.hubUrl}/portal`));
    assert.match(done.body, loggedIn);
    return browser;
  }

  async function logOut(browser: HttpBrowser, there: SamlFake): Promise<HttpAnswer> {
    const asking = await browser.go(`${hub.hubUrl}/logout`);
    const form = formsOf(asking).find(({ action }) => action === '/logout');
    assert.ok(form, asking.body);
    return await browser.submit(asking, form, {}, (url) => url.origin === there.url);
  }

  test('ours goes on to the provider by the name that it gave, and its answer is told', async () => {
    const browser = await logIn(passing);
    const away = await logOut(browser, passing);
    assert.equal(away.url.origin, passing.url);
    assert.equal(await isLoggedIn(browser), false, 'ended here before anybody is asked');
    const asked = askedToLogOut(passing, away.url.href);
    assert.deepEqual([asked.request.nameId.value, asked.request.sessionIndexes], ['anna', [passing.session]]);
    assert.ok(Buffer.byteLength(asked.relayState ?? '') <= 80);
    const page = await browser.go(loggedOutUrl(passing, asked));
    assert.match(page.body, /<li><span>The passing login<\/span><span class="told">Logged out</);
  });

  for (const [what, said] of [
    ['says no', { status: { code: statusCodes.responder } }],
    ['is another’s', { signedBy: samlKey('other') }],
  ] as const) {
    test(`an answer that ${what} leaves the login there open, and the page says so`, async () => {
      const browser = await logIn(passing);
      const asked = askedToLogOut(passing, (await logOut(browser, passing)).url.href);
      const page = await browser.go(loggedOutUrl(passing, asked, said));
      assert.equal(page.url.pathname.startsWith('/logged-out/'), true);
      assert.match(page.body, /The passing login/);
      assert.doesNotMatch(page.body, /The passing login<\/span><span class="told">Logged out</);
    });
  }

  test('an answer in another browser, or a second time, says nothing to anybody', async () => {
    const browser = await logIn(passing);
    const url = loggedOutUrl(passing, askedToLogOut(passing, (await logOut(browser, passing)).url.href));
    assert.equal((await new HttpBrowser(hub.rootPem).go(url)).status, 403);
    assert.equal((await browser.go(url)).status, 200);
    assert.equal((await browser.go(url)).status, 403);
  });

  test('stays here where the provider’s record does not pass it on', async () => {
    const browser = await logIn(keeping);
    const page = await logOut(browser, keeping);
    assert.equal(page.url.origin, hub.hubUrl);
    assert.equal(await isLoggedIn(browser), false);
  });

  test('theirs, by the browser, ends the session and is answered', async () => {
    const browser = await logIn(keeping);
    const request = logoutOf(keeping);
    const back = await browser.go(logoutByRedirect(keeping, request), (url) => url.origin === keeping.url);
    const { response, relayState } = answerToLogout(keeping, back.url.href, request.id);
    assert.deepEqual([response.status.code, relayState], [statusCodes.success, 'theirs']);
    assert.equal(await isLoggedIn(browser), false);
    assert.equal((await browser.go(logoutByRedirect(keeping, request))).status, 403, 'once');
  });

  /** The form of a page that sends itself. */
  function formTo(page: HttpAnswer, there: SamlFake) {
    const form = formsOf(page).find(({ action }) => action.startsWith(there.url));
    assert.ok(form, page.body);
    return { fields: Object.entries(form.fields) };
  }

  test('by POST where that is the provider’s way: ours goes by a form, and its answer by one', async () => {
    const browser = await logIn(posting);
    const asked = askedToLogOut(posting, formTo(await logOut(browser, posting), posting));
    assert.deepEqual([asked.request.nameId.value, asked.request.sessionIndexes], ['anna', [posting.session]]);
    const { action, fields } = loggedOutForm(posting, asked);
    const page = await bring(browser, posting, action, fields);
    assert.match(page.body, /<li><span>The posting login<\/span><span class="told">Logged out</);
    const again = await bring(browser, posting, action, fields);
    assert.equal(again.status, 403, 'once');
  });

  test('theirs by POST ends the session, and is answered by a form', async () => {
    const browser = await logIn(posting);
    const request = logoutOf(posting);
    const { action, fields } = logoutByPost(posting, request);
    const stranger = await bring(
      new HttpBrowser(hub.rootPem),
      keeping,
      action,
      logoutByPost(posting, request, keeping.key).fields,
    );
    assert.equal(stranger.status, 403);
    assert.ok(await isLoggedIn(browser));
    const page = await bring(browser, posting, action, fields);
    const { response, relayState } = answerToLogout(posting, formTo(page, posting), request.id);
    assert.deepEqual(
      [response.status.code, response.status.second, relayState],
      [statusCodes.success, undefined, 'theirs'],
    );
    assert.equal(await isLoggedIn(browser), false);
  });

  test('theirs is answered with PartialLogout when an application was not reached, and the person sees which', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    const asking = new URLSearchParams({
      ...{ client_id: away.id, redirect_uri: `${away.url}/cb`, response_type: 'code', scope: 'openid', state: 's' },
      ...{ code_challenge: 'A'.repeat(43), code_challenge_method: 'S256' },
    });
    const atApplication = ({ origin }: URL) => origin === away.url;
    const form = keeping.answer(await visit(browser, await browser.go(`${hub.hubUrl}/authorize?${asking}`), keeping));
    const end = await bring(browser, keeping, form.action, form.fields, atApplication);
    assert.ok(end.url.searchParams.has('code'), end.body);
    const request = logoutOf(keeping);
    const page = await browser.go(logoutByRedirect(keeping, request));
    assert.match(page.url.pathname, /^\/logged-out\//);
    assert.match(page.body, /<li><span>The away one<\/span><span class="failed">/);
    assert.doesNotMatch(page.body, /The keeping login<\/span>/);
    const [, on = ''] = /<a class="button main" href="([^"]+)">Continue to The keeping login/.exec(page.body) ?? [];
    const back = await browser.go(on.replaceAll('&amp;', '&'), (url) => url.origin === keeping.url);
    const { response } = answerToLogout(keeping, back.url.href, request.id);
    assert.deepEqual([response.status.code, response.status.second], [statusCodes.success, statusCodes.partialLogout]);
  });

  const soap = (browser: HttpBrowser, body: Buffer, type = 'text/xml; charset=utf-8') =>
    browser.request(new URL('/login/saml/logout', hub.hubUrl), {
      method: 'POST',
      body: body.toString(),
      headers: { 'content-type': type },
    });

  test('nobody’s session ends by what is not signed, another’s, old, of another session, or no message', async () => {
    const browser = await logIn(keeping);
    const stranger = new HttpBrowser(hub.rootPem);
    const request = logoutOf(keeping);
    for (const body of [
      logoutBySoap(request, undefined),
      logoutBySoap(request, samlKey('other')),
      logoutBySoap(logoutOf(keeping, { issueInstant: Date.now() - 3_600_000 }), keeping.key),
      logoutBySoap(logoutOf(keeping, { issuer: passing.entityId }), keeping.key),
      logoutBySoap(logoutOf(keeping, { issuer: 'https://nobody.example' }), keeping.key),
      logoutBySoap(logoutOf(keeping, { destination: 'https://other.example/slo' }), keeping.key),
      Buffer.from('<a>'),
    ])
      assert.equal((await soap(stranger, body)).status, 400);
    assert.equal((await soap(stranger, logoutBySoap(request, keeping.key), 'application/json')).status, 400);
    assert.equal(
      (await soap(stranger, logoutBySoap(logoutOf(keeping, { sessionIndexes: ['_other'] }), keeping.key))).status,
      200,
    );
    assert.equal(
      (await soap(stranger, logoutBySoap(logoutOf(keeping, { nameId: { value: 'bo' } }), keeping.key))).status,
      200,
    );
    assert.ok(await isLoggedIn(browser));
    for (const url of [logoutByRedirect(keeping, request, samlKey('other')), `${hub.hubUrl}/login/saml/logout`])
      assert.equal((await stranger.go(url)).status, 403);
    assert.ok(await isLoggedIn(browser));
  });

  test('theirs, by their server, ends every session of the person that rests on it, and no other', async () => {
    const [one, other] = [await logIn(keeping), await logIn(passing)];
    const again = await logIn(keeping);
    const answer = await soap(
      new HttpBrowser(hub.rootPem),
      logoutBySoap(logoutOf(keeping, { sessionIndexes: [] }), keeping.key),
    );
    assert.equal(answer.status, 200, answer.body);
    assert.match(answer.body, /LogoutResponse/);
    assert.deepEqual([await isLoggedIn(one), await isLoggedIn(again), await isLoggedIn(other)], [false, false, true]);
  });
});
