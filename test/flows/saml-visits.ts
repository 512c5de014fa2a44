// Visits to SAML providers in memory, by a browser without a window through a real hub.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { nameIdFormats } from '../../src/base/saml/index.ts';
import type { Answer, SamlFake } from '../fakes/saml-provider.ts';
import { formsOf, type HttpAnswer, HttpBrowser, type RunningHub } from '../support/index.ts';

type Fields = readonly (readonly [name: string, value: string])[];

const encoded = (fields: Fields): string =>
  new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString();

/** What an operator writes here of a provider. */
export const samlItem = (there: SamlFake, saml: object = {}) => ({
  id: there.name,
  connector: 'saml',
  name: { en: `The ${there.name} login` },
  maximumAssurance: 'high',
  saml: { ...there.record(), ...saml },
});

/** A SAML application that nobody runs. */
export const samlApplicationItem = (id: string, more: object = {}) => ({
  id,
  issuer: 'hub',
  name: { en: id },
  minimumAssurance: 'low',
  entityId: `https://${id}.example/sp`,
  assertionConsumers: [{ binding: 'post', location: `https://${id}.example/acs` }],
  ...more,
});

/** Our metadata; our keys are made within seconds after the first SAML provider. */
export async function ownMetadata(hub: RunningHub): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    const { status, body } = await new HttpBrowser(hub.rootPem).go(`${hub.hubUrl}/login/saml/metadata`);
    if (status === 200 && body.includes('use="encryption"')) return body;
    assert.ok(tries < 100, `no metadata: ${status} ${body}`);
    await sleep(200);
  }
}

/** From a page of ours to the provider: what it is asked, by redirect or by a form. */
export async function visit(browser: HttpBrowser, page: HttpAnswer, there: SamlFake) {
  const way = new RegExp(`href="([^"]*/leave\\?provider=${there.name})"`).exec(page.body)?.[1];
  assert.ok(way, `no way to ${there.name}: ${page.url.href}\n${page.body}`);
  const away = await browser.go(new URL(way, page.url), (url) => url.origin === there.url);
  if (away.url.origin === there.url) return await there.asked(away.url.href);
  assert.equal(away.status, 200, away.body);
  assert.match(String(away.headers['content-security-policy']), /script-src 'sha256-/);
  assert.match(String(away.headers['content-security-policy']), new RegExp(`form-action 'self' ${there.url}`));
  const action = /<form method="post" action="([^"]+)"/.exec(away.body)?.[1] ?? '';
  const fields = [...away.body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  return await there.asked({ action, fields: fields.map(([, name = '', value = '']) => [name, value] as const) });
}

/** As a browser that comes from the provider's page: its origin, and none of our cookies of SameSite=Lax or Strict. */
export async function post(browser: HttpBrowser, there: SamlFake, action: string, fields: Fields): Promise<HttpAnswer> {
  return await browser.request(new URL(action), {
    method: 'POST',
    body: encoded(fields),
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: there.url, cookie: '' },
  });
}

/** Brings a form to us, and follows. */
export async function bring(
  browser: HttpBrowser,
  there: SamlFake,
  action: string,
  fields: Fields,
  until: (url: URL) => boolean = () => false,
): Promise<HttpAnswer> {
  return await browser.onward(await post(browser, there, action, fields), until);
}

/** The whole way from a page of ours, and back. */
export async function logInAt(
  there: SamlFake,
  browser: HttpBrowser,
  page: HttpAnswer,
  said: Answer = {},
): Promise<HttpAnswer> {
  const form = there.answer(await visit(browser, page, there), said);
  return await bring(browser, there, form.action, form.fields);
}

/** Logs somebody of the provider in to an application by its own address; answers the page that brings it the assertion. */
export async function openApplication(
  hub: RunningHub,
  there: SamlFake,
  application: string,
  who: string,
  browser = new HttpBrowser(hub.rootPem),
): Promise<HttpAnswer> {
  const start = await browser.go(`${hub.hubUrl}/saml/init/${application}?provider=${there.name}`);
  const said = { nameId: { format: nameIdFormats.persistent, value: who } };
  const isLoggedIn = formsOf(start)[0]?.action.includes(application) || /<progress/.test(start.body);
  return await waited(browser, isLoggedIn ? start : await logInAt(there, browser, start, said));
}

/** As a browser that looks again when the page says so. */
async function waited(browser: HttpBrowser, page: HttpAnswer): Promise<HttpAnswer> {
  let now = page;
  for (let tries = 0; tries < 100 && /<progress/.test(now.body); tries += 1) {
    assert.match(String(now.headers['refresh']), /^1; url=\/login\//);
    await sleep(500);
    now = await browser.go(now.url.href);
  }
  return now;
}

/** The assertion on a page that brings it, as XML. */
export function assertionOn(page: HttpAnswer): string {
  const { SAMLResponse = '' } = formsOf(page)[0]?.fields ?? {};
  assert.ok(SAMLResponse !== '', page.body);
  return Buffer.from(SAMLResponse, 'base64').toString();
}
