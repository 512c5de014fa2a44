// What the pages about ways to log in that end say, to whom, and to nobody else.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { type WebFace, webFace } from '../../../../../test/fakes/web-face.ts';

let face: WebFace;
beforeEach(() => {
  face = webFace(() => 'https://hub.example');
});

async function get(path: string, given: { readonly loggedIn?: boolean; readonly locale?: string } = {}) {
  const { loggedIn = true, locale = 'en' } = given;
  const route = face.routes.find((each) => each.method === 'GET' && each.path === path);
  const answer = await route?.handle({
    ...{ method: 'GET', path, query: '', params: {}, body: Buffer.alloc(0), ip: '192.0.2.7' },
    headers: { cookie: `${loggedIn ? '__Host-tillit-session=s1; ' : ''}__Host-tillit-locale=${locale}` },
  });
  assert.ok(answer);
  return { status: answer.status, body: String(answer.body) };
}

test('the list of systems tells each state with its date, what ends and what works then', async () => {
  const { status, body } = await get('/systems');
  assert.equal(status, 200);
  assert.match(
    body,
    /<h2>Required<\/h2>[\s\S]*National core record[\s\S]*Since 1 November 2026[\s\S]*What works then: /,
  );
  assert.match(body, /<h2>Being connected<\/h2>[\s\S]*Patient record[\s\S]*From 1 March 2027/);
  assert.match(body, /<h2>Planned<\/h2>[\s\S]*No date is set yet/);
  assert.match(body, /For people at Region &amp; City/);
  assert.match(body, /Gets nobody in from then on: Password/);
});

test('without a login it is shown only where the settings say so', async () => {
  assert.doesNotMatch((await get('/systems', { loggedIn: false })).body, /Since 1 November 2026/);
  const published = { ...face.portalPorts.catalogue() };
  Object.assign(published, { settings: { ...published.settings, publishSystems: true } });
  Object.assign(face.portalPorts, { catalogue: () => published });
  assert.match((await get('/systems', { loggedIn: false })).body, /Since 1 November 2026/);
});

test('each person reads what works where, until when, and what they order', async () => {
  const { body } = await get('/how-to-log-in');
  for (const line of [
    'Work card works',
    'Password works until 1 March 2027',
    'Computer password works: you are exempt until 1 May 2027',
    'Password has not got you in since 1 November 2026',
    'Computer password does not get you in here',
    'None of your ways gets you in here.',
  ])
    assert.ok(body.includes(line), line);
  assert.match(body, /A SITHS card <a href="https:\/\/cards\.region\.example\/order" rel="noopener noreferrer">/);
  assert.doesNotMatch(body, /Something for others/);
});

test('one’s own page is shown to nobody who is not logged in', async () => {
  assert.doesNotMatch((await get('/how-to-log-in', { loggedIn: false })).body, /works until/);
});

test('what ends soon is said on the start page and on the page of own logins, in the person’s language', async () => {
  for (const path of ['/', '/portal']) {
    assert.match((await get(path)).body, /From 20 January 2027 Password no longer gets you in to Patient record\./);
    assert.match(
      (await get(path, { locale: 'sv' })).body,
      /Från 20 januari 2027 kommer du inte längre in i Patientjournalen med Lösenord\./,
    );
  }
  assert.doesNotMatch((await get('/', { loggedIn: false })).body, /20 January 2027/);
});
