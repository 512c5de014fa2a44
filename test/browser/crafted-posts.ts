// POSTs that no page of ours sends: each must leave the login where it is (A4).
import assert from 'node:assert/strict';
import { ApplicationClient, demoApplication, formsOf, HttpBrowser, type RunningHub } from '../support/index.ts';

/** Begins a login, sends each kind of crafted POST, then the real one, and that once more. Throws when one moves it. */
export async function craftedPosts(hub: RunningHub): Promise<void> {
  const browser = new HttpBrowser(hub.rootPem);
  const choice = await browser.go((await new ApplicationClient(demoApplication(hub)).push()).url);
  const login = choice.url;
  const form = formsOf(choice).find(({ buttons }) => buttons.some(({ name }) => name === '_provider'));
  assert.ok(form, choice.body);
  const whole = { ...form.fields, _provider: 'password' };
  const own = { 'content-type': 'application/x-www-form-urlencoded', origin: login.origin };
  const post = (fields: Record<string, string>, headers: Record<string, string> = own) =>
    browser.request(login, { method: 'POST', body: new URLSearchParams(fields).toString(), headers });

  const crafted: Readonly<Record<string, () => ReturnType<typeof post>>> = {
    empty: () => post({}),
    'without its token': () => post({ ...whole, _csrf: '' }),
    'without a choice': () => post({ ...form.fields }),
    'of a later version': () => post({ ...whole, _version: '9' }),
    'with a way that is not offered': () => post({ ...whole, _provider: 'nobody' }),
    'from another site': () => post(whole, { ...own, origin: hub.ehrUrl }),
    'as JSON': () => post(whole, { ...own, 'content-type': 'application/json' }),
  };
  for (const [what, send] of Object.entries(crafted)) {
    const answer = await send();
    assert.ok(answer.status >= 303 && answer.status < 500, `${what}: ${answer.status}`);
    assert.deepEqual(formsOf(await browser.go(login)), formsOf(choice), what);
  }
  assert.equal((await post(whole)).status, 303);
  assert.ok((await browser.go(login)).body.includes('name="password"'), 'the real one moves on');
  assert.equal((await post(whole)).status, 409, 'and is spent');
}
