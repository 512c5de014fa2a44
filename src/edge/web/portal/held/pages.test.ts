// The pages of changes that wait: strong logins, only our own forms, every state in every language, nothing unescaped.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { PortalAsker } from '../../../../../test/fakes/portal-asker.ts';
import { heldStates } from '../../../../core/brake/index.ts';
import { locales } from '../../../../wire/codes/index.ts';
import { textKeys } from '../../../../wire/texts/index.ts';
import { portalAnswer, portalLogin, portalRoutes } from '../index.ts';

const portal = new PortalAsker(/^\/held\/([^/]+)/);
beforeEach(() => portal.reset());
const ask = portal.ask.bind(portal);
const form = (what: string, more: Record<string, string> = {}, session = 'admin') => ({
  _csrf: portal.csrf(session),
  do: what,
  ...more,
});
const decisions = () => portal.face.held.done.filter((each) => !each.startsWith('look'));

describe('a change', () => {
  test('is shown in every state and language, with all that it ends, and nothing unescaped', async () => {
    for (const locale of locales)
      for (const state of heldStates) {
        const answer = await ask('GET', `/held/held-${state}`, { locale });
        const body = String(answer.body);
        assert.equal(answer.status, 200);
        assert.doesNotMatch(
          body,
          /…|undefined|held\.(no|why|state|source)\.|<script|Nina <|@<host>|is <wrong/,
          `${state} ${locale}`,
        );
        assert.ok(body.includes('Nina &lt;Berg&gt;') && body.includes('Fjord &amp; Hospital'));
        assert.equal(body.includes('name="do"'), state === 'waiting');
        for (const id of ['c2', 'own 2b', 's1']) assert.ok(body.includes(`<span class="print">${id}</span>`), id);
      }
    const list = String((await ask('GET', '/held')).body);
    for (const state of heldStates) assert.ok(list.includes(`/held/held-${state}`));
  });
  test('that is not there, or not to be seen, is the same; who has no task is told whom to ask', async () => {
    assert.equal((await ask('GET', '/held/held-nothing')).status, 404);
    assert.equal((await ask('GET', '/held/held-waiting', { session: 'stranger' })).status, 404);
    assert.equal((await ask('GET', '/held', { session: 'stranger' })).status, 403);
  });
  test('is approved or refused by our own form', async () => {
    const yes = await ask('POST', '/held/held-waiting', { form: form('approve') });
    assert.deepEqual([yes.status, yes.headers.location], [303, '/held/held-waiting']);
    await ask('POST', '/held/held-waiting', { form: form('refuse', { reason: ' The file is empty ' }) });
    assert.deepEqual(decisions(), [
      'approve administrator held-waiting substantial ',
      'refuse administrator held-waiting substantial The file is empty',
    ]);
  });
  test('says why a decision was not taken, for each reason; and who may not approve finds no form for it', async () => {
    const codes = textKeys().filter((key) => key.startsWith('held.no.') && key !== 'held.no.noRight');
    for (const key of codes) {
      portal.face.held.answers.push({ kind: 'refused', code: key.replace('.no', '') as 'held.over' });
      const answer = await ask('POST', '/held/held-waiting', { form: form('approve') });
      assert.equal(answer.status, 409);
      assert.match(String(answer.body), /role="alert"/);
      assert.doesNotMatch(String(answer.body), /held\.no/);
    }
    assert.ok(codes.length >= 6);
    const twice = String((await ask('GET', '/held/held-waiting', { query: 'after=twice' })).body);
    assert.match(twice, /waits for somebody else/);
    assert.doesNotMatch(twice, /value="approve"/);
  });
  test('is not decided by another site, another session, no session, a weak login or another word', async () => {
    for (const given of [
      { form: form('approve'), headers: { origin: 'https://evil.example' } },
      { form: form('approve', {}, 'other') },
      { form: { do: 'approve' } },
      { session: 'nobody', form: form('approve') },
      { form: form('constructor') },
      { session: 'weak', form: form('approve', {}, 'weak') },
    ])
      assert.ok([303, 403].includes((await ask('POST', '/held/held-waiting', given)).status));
    assert.deepEqual(decisions(), []);
    const [[back, asked]] = portal.proof as [[string, { minimum: string }]];
    assert.deepEqual([back, asked.minimum], ['/held/held-waiting?proved=1', 'substantial']);
    await ask('GET', '/held/held-waiting', { session: 'weak' });
    assert.equal(portal.proof.length, 2, 'the names are not shown to a weak login either');
  });
  test('goes on page by page, and a login comes back to these pages and to no others', async () => {
    const first = String((await ask('GET', '/held/held-waiting')).body);
    assert.match(first, /held-waiting\?after=p-nameChanged/);
    const granted = (to: string) =>
      portalAnswer(portalLogin('main', to), { kind: 'granted' } as never).headers.location;
    for (const to of ['/held', '/held?proved=1', '/held/h-1?proved=1']) assert.equal(granted(to), to);
    for (const to of ['/held/../logout', '/held/x/y', '//evil.example/held', '/held?x=1'])
      assert.equal(granted(to), '/');
  });
  test('is pointed to on the start page of who may decide it, and of nobody else', async () => {
    const start = portalRoutes(portal.face.portalPorts).find(({ path }) => path === '/');
    const page = async (session: string) =>
      String(
        (
          await start!.handle({
            method: 'GET',
            path: '/',
            query: '',
            params: {},
            headers: { cookie: `__Host-tillit-locale=en; __Host-tillit-session=${session}` },
            body: Buffer.alloc(0),
            ip: '192.0.2.7',
          })
        ).body,
      );
    assert.match(await page('admin'), /href="\/held"/);
    assert.doesNotMatch(await page('stranger'), /href="\/held"/);
  });
});
