// The pages of auditors: strong logins with the right, every language, nothing unescaped, our own forms alone, and a script that its hash knows.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { beforeEach, describe, test } from 'node:test';
import { PortalAsker } from '../../../../../test/fakes/portal-asker.ts';
import { faultCodes, queryFields, readQuery } from '../../../../core/audit/query/index.ts';
import { locales } from '../../../../wire/codes/index.ts';
import { text } from '../../../../wire/texts/index.ts';
import { portalAnswer, portalLogin } from '../index.ts';

const portal = new PortalAsker(/^\/audit\/ticket\/([^/]+)/);
beforeEach(() => portal.reset());
const ask = portal.ask.bind(portal);
const body = async (...given: Parameters<typeof ask>): Promise<string> => String((await ask(...given)).body);
const q = (query: string, more: Record<string, string> = {}): string =>
  String(new URLSearchParams({ q: query, ...more }));
const asked = () => portal.face.trail.asked;

describe('a question', () => {
  test('has its answers in every language, with nothing unescaped and the script that the policy names', async () => {
    for (const locale of locales) {
      const answer = await ask('GET', '/audit', { locale, query: q('person:"a <b>"') });
      const page = String(answer.body);
      assert.doesNotMatch(
        page.replace(/<script>[\s\S]*?<\/script>/, ''),
        /…|undefined|search\.|<script|<Berg|<b>|<one>|alert\(1\)<\/script/,
      );
      for (const words of [
        'Nina &lt;Berg&gt;',
        'value="person:&quot;a &lt;b&gt;&quot;"',
        text(locale, 'reason.card.expired.title'),
      ])
        assert.ok(page.includes(words), `${locale} ${words}`);
      const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';
      assert.ok(
        String(answer.headers['content-security-policy']).includes(`'sha256-${hash('sha256', script, 'base64')}'`),
      );
      for (const name of queryFields) assert.ok(page.includes(name));
    }
    assert.ok(asked().every((each) => each === 'administrator: person:"a <b>"'));
  });
  test('without one nothing is asked; an empty one is a question too', async () => {
    await ask('GET', '/audit');
    assert.deepEqual(asked(), []);
    await ask('GET', '/audit', { query: 'q=' });
    assert.deepEqual(asked(), ['administrator: ']);
  });
  test('goes on to older events from a mark of ours, and from no other', async () => {
    const page = await body('GET', '/audit', { query: q('card:1') });
    const [, older = ''] = /href="\/audit\?(q=[^"]*&amp;id=0)"/.exec(page) ?? [];
    await ask('GET', '/audit', { query: older.replaceAll('&amp;', '&') });
    await ask('GET', '/audit', { query: q('card:1', { at: "2027' OR true", id: '1' }) });
    assert.deepEqual(asked(), ['administrator: card:1', 'administrator: card:1 after 0', 'administrator: card:1']);
  });
  test('that cannot be read is told in every language, with its place and what to write', async () => {
    for (const locale of locales) {
      const answer = await ask('GET', '/audit', { locale, query: q('user:<ola>') });
      assert.equal(answer.status, 422);
      assert.match(String(answer.body), /role="alert"[\s\S]*aria-invalid="true"/);
      assert.ok(String(answer.body).includes('person:&lt;ola&gt;'));
      for (const code of faultCodes) assert.ok(text(locale, `search.fault.${code}`).length > 10);
    }
    assert.deepEqual(asked(), []);
  });
  test('that finds nothing, or takes too long, says so', async () => {
    assert.match(await body('GET', '/audit', { query: q('nothing') }), /role="status">Nothing was found/);
    assert.match(await body('GET', '/audit', { query: q('slow') }), /role="alert"><p>The question takes too long/);
  });
  test('within an organisation says which', async () => {
    portal.face.trail.people['p2'] = ['Fjord & <sons>'];
    assert.match(await body('GET', '/audit', { session: 'stranger' }), /people of: Fjord &amp; &lt;sons&gt;/);
  });
});

test('a ticket is shown from login to use; one that is not there, or not theirs, is not', async () => {
  portal.face.trail.asked.length = 0;
  for (const locale of locales) {
    const page = await body('GET', '/audit/ticket/ticket "1"', { locale });
    assert.ok(page.includes(text(locale, 'search.storyNoUse')));
    assert.doesNotMatch(page, /…|undefined|search\.|<script|<Berg/);
    for (const part of ['login', 'ticket', 'use']) assert.ok(page.includes(`id="part-${part}"`));
  }
  assert.equal((await ask('GET', '/audit/ticket/other')).status, 404);
  assert.ok(asked().includes('administrator: story other'));
});

describe('files', () => {
  test('are CSV without formulas and NDJSON, and say in their name when they are not all of it', async () => {
    const csv = await ask('GET', '/audit/export', { query: q('card:1', { format: 'csv' }) });
    assert.match(String(csv.headers['content-disposition']), /"trail\.csv"/);
    assert.doesNotMatch(String(csv.body), /(^|,|")=HYPERLINK/m);
    assert.match(String(csv.body), /'=HYPERLINK/);
    const part = await ask('GET', '/audit/export', { query: q('many', { format: 'ndjson' }) });
    assert.match(String(part.headers['content-disposition']), /"trail-newest-4\.ndjson"/);
    assert.equal(String(part.body).trimEnd().split('\n').length, 4);
    assert.deepEqual(asked(), ['administrator: export card:1 10000', 'administrator: export many 10000']);
    assert.equal((await ask('GET', '/audit/export', { query: q('(') })).status, 422);
  });
});

test('completion answers JSON at the cursor, and nothing to whoever may not look', async () => {
  const answer = await ask('GET', '/audit/complete', { query: q('per', { at: '3' }) });
  assert.deepEqual(JSON.parse(String(answer.body)), { at: 0, end: 3, items: [{ text: 'person:', label: 'per' }] });
  for (const given of [{ session: 'stranger' }, { session: 'nobody' }, { session: 'weak' }])
    assert.deepEqual([(await ask('GET', '/audit/complete', { query: q('per', { at: '3' }), ...given })).status], [403]);
  assert.deepEqual(JSON.parse(String((await ask('GET', '/audit/complete', { query: q('x', { at: 'x' }) })).body)), {
    items: [],
  });
});

describe('kept questions', () => {
  const form = (more: Record<string, string>, session = 'admin') => ({ _csrf: portal.csrf(session), ...more });
  const post = (given: Parameters<typeof ask>[2]) => ask('POST', '/audit/saved', given);
  test('are kept, shown and removed by our own form', async () => {
    const done = await post({ form: form({ q: 'card:1', name: ' Mine ' }) });
    assert.deepEqual([done.status, done.headers.location], [303, '/audit?q=card%3A1']);
    assert.match(await body('GET', '/audit'), /Old &lt;one&gt;[\s\S]*href="\/audit\?q=card%3A1">Mine</);
    assert.equal((await post({ form: form({ remove: 'Mine' }) })).status, 303);
    assert.deepEqual(asked(), ['administrator: save', 'administrator: forget Mine']);
  });
  test('need a name and a question that can be read, and are so many', async () => {
    for (const more of [
      { name: '' },
      { name: 'x'.repeat(81) },
      { name: 'a\u0007' },
      { q: '(' },
      { q: '' },
      { name: 'full' },
    ]) {
      const answer = await post({ form: form({ q: 'card:1', name: 'n', ...more }) });
      assert.equal(answer.status, 422, JSON.stringify(more));
      assert.match(String(answer.body), /role="alert"/);
    }
  });
  test('are not changed by another site, another session, no session or a weak login', async () => {
    for (const given of [
      { form: form({ q: 'a', name: 'n' }), headers: { origin: 'https://evil.example' } },
      { form: form({ q: 'a', name: 'n' }, 'other') },
      { session: 'nobody', form: form({ q: 'a', name: 'n' }) },
      { session: 'weak', form: form({ q: 'a', name: 'n' }, 'weak') },
      { session: 'stranger', form: form({ q: 'a', name: 'n' }, 'stranger') },
    ])
      assert.ok([303, 403].includes((await post(given)).status));
    assert.deepEqual(asked(), []);
  });
});

test('who may not look sees nothing, and a weak login is asked for more', async () => {
  for (const path of ['/audit', '/audit/export', '/audit/ticket/x']) {
    const answer = await ask('GET', path, { session: 'stranger', query: path === '/audit' ? q('a') : '' });
    assert.equal(answer.status, 403, path);
    assert.doesNotMatch(String(answer.body), /Nina/);
  }
  await ask('GET', '/audit', { session: 'weak', query: q('a') });
  const [[back, wanted]] = portal.proof as [[string, { minimum: string }]];
  assert.deepEqual([back, wanted.minimum], ['/audit?proved=1', 'substantial']);
  assert.deepEqual(asked(), []);
  assert.ok(!(await body('GET', '/', { session: 'stranger' })).includes('href="/audit"'));
  assert.ok((await body('GET', '/')).includes('href="/audit"'));
});

test('a login comes back to these pages and to no others', () => {
  const granted = (to: string) => portalAnswer(portalLogin('main', to), { kind: 'granted' } as never).headers.location;
  for (const to of ['/audit', '/audit?proved=1', '/audit/ticket/a%22b?proved=1']) assert.equal(granted(to), to);
  for (const to of ['/audit/../logout', '/audit/export', '//evil.example/audit']) assert.equal(granted(to), '/');
});

test('every example on the page can be read', () => {
  for (const locale of locales) {
    const example = text(locale, 'search.example').replace(/^[^:]*: /, '');
    assert.ok(readQuery(example).ok, example);
  }
});
