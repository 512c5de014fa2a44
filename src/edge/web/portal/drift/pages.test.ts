// The pages of accounts that differ: administrators with strong logins, only our own forms, every kind in every language, nothing unescaped.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { PortalAsker } from '../../../../../test/fakes/portal-asker.ts';
import { driftKinds } from '../../../../core/provisioning/index.ts';
import { locales } from '../../../../wire/codes/index.ts';
import { textKeys } from '../../../../wire/texts/index.ts';
import { portalAnswer, portalLogin } from '../index.ts';

const portal = new PortalAsker(/^\/drift\/([^/]+)/);
beforeEach(() => portal.reset());
const ask = portal.ask.bind(portal);
const form = (mend: string, more: Record<string, string> = {}, session = 'admin') => ({
  _csrf: portal.csrf(session),
  run: 'run-1',
  mend,
  ...more,
});
const asked = () => portal.face.drift.done.filter((each) => !each.startsWith('look'));

describe('a system', () => {
  test('is shown with every kind and difference in every language, nothing unescaped, and no value of who is protected', async () => {
    for (const locale of locales) {
      const body = String((await ask('GET', '/drift/region', { locale })).body);
      assert.doesNotMatch(body, /…|undefined|drift\.|<script|Nina <|<Boss|<sons/, locale);
      assert.ok(body.includes('Nina &lt;Berg&gt;') && body.includes('&lt;Boss&gt;') && body.includes('1240'));
      assert.equal(
        body.match(/name="mend" value="key:/g)?.length,
        3,
        'not what is approved, and not what nobody can mend',
      );
      const ill = String((await ask('GET', '/drift/ill', { locale })).body);
      assert.doesNotMatch(ill, /…|undefined|drift\./);
      assert.match(ill, /class="bad"/);
      assert.doesNotMatch(String((await ask('GET', '/drift/new', { locale })).body), /name="mend"/);
    }
    assert.match(String((await ask('GET', '/drift')).body), /\/drift\/region"[\s\S]*32 differ/);
  });
  test('by kind, and page by page', async () => {
    for (const what of driftKinds) {
      const body = String((await ask('GET', '/drift/region', { query: `what=${what}` })).body);
      assert.equal(body.includes(`name="mend" value="${what}"`), what !== 'stopped', what);
      assert.ok(body.includes(`what=${what}&amp;after=SE2321000156-4`), what);
    }
    await ask('GET', '/drift/region', { query: 'what=constructor&after=SE2' });
    assert.equal(portal.face.drift.done.at(-1), 'look region  SE2');
  });
  test('that is not there is said, and who is no administrator sees nothing', async () => {
    assert.equal((await ask('GET', '/drift/nowhere')).status, 404);
    for (const path of ['/drift', '/drift/region']) {
      const answer = await ask('GET', path, { session: 'stranger' });
      assert.equal(answer.status, 403);
      assert.doesNotMatch(String(answer.body), /Nina|Region/);
    }
    assert.equal(
      (await ask('POST', '/drift/region', { session: 'stranger', form: form('all', {}, 'stranger') })).status,
      403,
    );
    assert.deepEqual(asked(), []);
  });
  test('has everything, a kind or one account mended by our own form', async () => {
    for (const mend of ['all', 'orphan', 'key:SE2321000156-1'])
      assert.equal((await ask('POST', '/drift/region', { form: form(mend) })).status, 200);
    portal.face.drift.answers.push({ kind: 'held', change: 'h-1' });
    assert.match(String((await ask('POST', '/drift/region', { form: form('all') })).body), /href="\/held\/h-1"/);
    assert.deepEqual(
      asked(),
      ['all', 'orphan', 'key:SE2321000156-1', 'all'].map((mend) => `administrator region run-1 ${mend} substantial`),
    );
  });
  test('says why it was not mended, for each reason', async () => {
    const codes = textKeys().filter((key) => key.startsWith('drift.no.'));
    for (const key of codes) {
      portal.face.drift.answers.push({ kind: 'refused', code: key.replace('.no', '') as 'drift.old' });
      const answer = await ask('POST', '/drift/region', { form: form('all') });
      assert.equal(answer.status, 409);
      assert.match(String(answer.body), /role="alert"/);
      assert.doesNotMatch(String(answer.body), /drift\./);
    }
    assert.equal(codes.length, 5);
  });
  test('is not mended by another site, another session, no session, a weak or an old login, or another word', async () => {
    for (const given of [
      { form: form('all'), headers: { origin: 'https://evil.example' } },
      { form: form('all', {}, 'other') },
      { form: { run: 'run-1', mend: 'all' } },
      { session: 'nobody', form: form('all') },
      { form: form('stopped') },
      { form: form('constructor') },
      { session: 'weak', form: form('all', {}, 'weak') },
      { form: form('all'), later: 20 * 60_000 },
    ])
      assert.ok([303, 403].includes((await ask('POST', '/drift/region', given)).status), JSON.stringify(given));
    assert.deepEqual(asked(), []);
    const [[back, wanted]] = portal.proof as [[string, { minimum: string }]];
    assert.deepEqual([back, wanted.minimum], ['/drift/region?proved=1', 'substantial']);
  });
  test('a login comes back to these pages and to no others', () => {
    const granted = (to: string) =>
      portalAnswer(portalLogin('main', to), { kind: 'granted' } as never).headers.location;
    for (const to of ['/drift', '/drift?proved=1', '/drift/region?proved=1']) assert.equal(granted(to), to);
    for (const to of ['/drift/../logout', '/drift/x/y', '//evil.example/drift']) assert.equal(granted(to), '/');
  });
});
