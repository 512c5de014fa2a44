// The pages of accounts in other systems: strong logins, only our own forms, every state in every language, nothing unescaped.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { PortalAsker } from '../../../../../test/fakes/portal-asker.ts';
import { accountRefusals } from '../../../../core/provisioning/index.ts';
import { locales } from '../../../../wire/codes/index.ts';
import { textKeys } from '../../../../wire/texts/index.ts';
import { portalAnswer, portalLogin } from '../index.ts';
import { accountOfPath, accountPath } from './parts.ts';
import { accountStates } from './ports.ts';

const portal = new PortalAsker(/^\/accounts\/account\/([^/]+)/);
beforeEach(() => portal.reset());
const at = (person: string): string => `/accounts/account/region~${person}`;
const ask = portal.ask.bind(portal);
const page = async (path: string, given: Parameters<typeof ask>[2] = {}) =>
  String((await ask('GET', path, given)).body);
const form = (what: string, more: Record<string, string> = {}, session = 'admin') => ({
  _csrf: portal.csrf(session),
  do: what,
  ...more,
});
const done = () => portal.face.accounts.done.filter((each) => !each.startsWith('find'));
const raw = /…|undefined|accounts\.|reason\.|<script|<Berg|<rule>|<region>|<Care>|<Lund>|<early>|<Hospital>|<[A-E]>/;

describe('the list', () => {
  test('shows every account with its state, in every language, with nothing unescaped', async () => {
    for (const locale of locales) {
      const body = await page('/accounts', { locale });
      assert.doesNotMatch(body, raw, locale);
      for (const state of accountStates) assert.ok(body.includes(`href="/accounts/account/region~${state}"`), state);
    }
  });
  test('is searched by words, state and system, and goes on page by page', async () => {
    const first = await page('/accounts', { query: 'q=nina&show=ends1h&target=region' });
    assert.match(
      first,
      /href="\/accounts\?q=nina&amp;show=ends1h&amp;target=region&amp;after=-17&amp;at=region&amp;of=open"/,
    );
    await page('/accounts', { query: 'q=nina&show=constructor&target=elsewhere&after=x&at=region&of=open' });
    await page('/accounts', { query: 'after=-17&at=region&of=open' });
    assert.deepEqual(portal.face.accounts.done, ['find nina ends1h region -', 'find nina all - -', 'find  all - -17']);
    assert.match(await page('/accounts', { query: 'q=nobody' }), /No account matches/);
  });
  test('is for who looks after accounts, by a strong login', async () => {
    assert.equal((await ask('GET', '/accounts', { session: 'stranger' })).status, 403);
    assert.equal((await ask('GET', '/accounts', { session: 'weak' })).headers.location, '/login/x');
    const [[back, asked]] = portal.proof as [[string, { minimum: string }]];
    assert.deepEqual([back, asked.minimum], ['/accounts?proved=1', 'substantial']);
    assert.deepEqual(portal.face.accounts.done, []);
  });
});

describe('an account', () => {
  test('says in every language why it exists, its life, what it is to say and what has happened, with nothing unescaped', async () => {
    for (const locale of locales)
      for (const person of [...accountStates, 'secret']) {
        const body = await page(at(person), { locale });
        assert.doesNotMatch(body, raw, `${person} ${locale}`);
        assert.ok(body.includes('K7QM-2F9X') && body.includes('SE2321000016-&lt;1&gt;'));
        assert.equal(body.includes('<svg class="life"'), person !== 'waiting', person);
      }
  });
  test('of a protected person has no login name on it', async () => {
    const body = await page(at('secret'));
    assert.doesNotMatch(body, /ninber|Nina/);
    assert.match(body, /N\. B\.[\s\S]*not shown: protected identity/);
  });
  test('that is not there, or not to be seen, is the same', async () => {
    assert.equal((await ask('GET', at('nobody'))).status, 404);
    assert.equal((await ask('GET', at('open'), { session: 'stranger' })).status, 404);
    assert.equal((await ask('GET', '/accounts/account/region')).status, 404);
  });
  test('is looked up in the system only when asked, and every answer is said in every language', async () => {
    await page(at('open'));
    assert.deepEqual(done(), []);
    for (const locale of locales) {
      const body = await page(at('open'), { locale, query: 'check=1' });
      assert.doesNotMatch(body, raw, locale);
      assert.equal(body.match(/<ol class="steps">[\s\S]*?<\/ol>/)?.[0].match(/<li>/g)?.length, 10);
      const others = [
        { kind: 'noAnswer' },
        { kind: 'nobody', reason: 'noName' },
        { kind: 'plan', isThere: true, plan: { kind: 'steps', steps: [] } },
        { kind: 'plan', isThere: false, plan: { kind: 'steps', steps: [] } },
        { kind: 'plan', isThere: true, plan: { kind: 'stopped', why: 'notOurs' } },
      ] as const;
      for (const look of others) {
        portal.face.accounts.looks.push(look);
        assert.doesNotMatch(await page(at('open'), { locale, query: 'check=1' }), raw, `${look.kind} ${locale}`);
      }
    }
    portal.face.accounts.looks.push({ kind: 'noAnswer' });
    assert.match(await page(at('open'), { query: 'check=1' }), /The directory does not answer/);
  });
  test('is tried again and closed by our own form, closed only after a question, and says why', async () => {
    assert.doesNotMatch(await page(at('open')), /value="close"/);
    assert.match(
      await page(at('open'), { query: 'close=1' }),
      /Close the account of Nina &lt;Berg&gt;\?[\s\S]*name="reason"/,
    );
    const again = await ask('POST', at('open'), { form: form('tryAgain') });
    assert.deepEqual([again.status, again.headers.location], [303, '/accounts/account/region~open']);
    await ask('POST', at('open'), { form: form('close', { reason: ' Left the ward ' }) });
    assert.deepEqual(done(), [
      'tryAgain administrator region open substantial ',
      'close administrator region open substantial Left the ward',
    ]);
    assert.doesNotMatch(
      await page(at('closed'), { query: 'close=1' }),
      /value="close"/,
      'what is closed has no form for it',
    );
  });
  test('says why something was not done, for each reason, in every language', async () => {
    for (const locale of locales)
      for (const code of accountRefusals) {
        portal.face.accounts.answers.push({ kind: 'refused', code });
        const answer = await ask('POST', at('open'), { form: form('close'), locale });
        assert.equal(answer.status, 409);
        assert.match(String(answer.body), /role="alert"/);
        assert.doesNotMatch(String(answer.body), raw);
      }
    assert.match(await page(at('refused')), /A login for another organisation[\s\S]*|not at an organisation/);
  });
  test('is not changed by another site, another session, no session, a weak login or another word', async () => {
    for (const given of [
      { form: form('close', { reason: 'x' }), headers: { origin: 'https://evil.example' } },
      { form: form('close', { reason: 'x' }, 'other') },
      { form: { do: 'close', reason: 'x' } },
      { session: 'nobody', form: form('close') },
      { form: form('constructor') },
      { session: 'weak', form: form('close', { reason: 'x' }, 'weak') },
    ])
      assert.ok([303, 403].includes((await ask('POST', at('open'), given)).status));
    assert.deepEqual(done(), []);
    const [[back, asked]] = portal.proof as [[string, { minimum: string; proofSeconds: number }]];
    assert.deepEqual([back, asked.minimum], ['/accounts/account/region~open', 'substantial']);
  });
});

describe('a rule that is tried out', () => {
  test('is chosen, changed in a form or written as text, and its result said in every language', async () => {
    for (const locale of locales) {
      assert.doesNotMatch(await page('/accounts/rules', { locale, query: 'rule=care' }), raw, locale);
      const answer = await ask('POST', '/accounts/rules', {
        locale,
        form: { _csrf: portal.csrf(), rule: 'care', lifetime: '600', groups: 'CN=<New>' },
      });
      assert.equal(answer.status, 200);
      assert.doesNotMatch(String(answer.body), raw, locale);
      assert.match(String(answer.body), /id="result"[\s\S]*CN=&lt;New&gt;/);
    }
    await ask('POST', '/accounts/rules', { form: { _csrf: portal.csrf(), rule: '', text: 'id: new' } });
    assert.deepEqual(done().slice(-2), ['try administrator care 600', 'try administrator id: new']);
  });
  test('that does not hold is told what is wrong, and keeps what was written', async () => {
    for (const faults of [[], ['accountRule care: groups[0]: must be a <distinguished> name']]) {
      portal.face.accounts.runs.push({ kind: 'faults', faults });
      const answer = await ask('POST', '/accounts/rules', {
        form: { _csrf: portal.csrf(), rule: '', text: 'id: <x>' },
      });
      assert.equal(answer.status, 409);
      assert.match(String(answer.body), /role="alert"[\s\S]*id: &lt;x&gt;/);
      assert.doesNotMatch(String(answer.body), /<distinguished>/);
    }
  });
  test('is for who looks after accounts, by our own form and a strong login', async () => {
    const given = { _csrf: portal.csrf(), rule: '', text: 'id: x' };
    assert.equal((await ask('GET', '/accounts/rules', { session: 'stranger' })).status, 403);
    const strange = { ...given, _csrf: portal.csrf('stranger') };
    assert.equal((await ask('POST', '/accounts/rules', { session: 'stranger', form: strange })).status, 403);
    assert.equal(
      (await ask('POST', '/accounts/rules', { form: { ...given, _csrf: portal.csrf('other') } })).status,
      403,
    );
    const weak = { ...given, _csrf: portal.csrf('weak') };
    assert.equal((await ask('POST', '/accounts/rules', { session: 'weak', form: weak })).headers.location, '/login/x');
    assert.deepEqual(done(), []);
  });
});

describe('one’s own', () => {
  test('accounts are on the start page and with one’s logins, in every language, and nobody else’s', async () => {
    for (const locale of locales)
      for (const path of ['/', '/portal']) {
        const body = await page(path, { session: 's1', locale });
        assert.match(body, /id="own-accounts"[\s\S]*The &lt;region&gt;|id="own-accounts"[\s\S]*Regionen/);
        assert.doesNotMatch(body, /accounts\.|<region>/);
        assert.doesNotMatch(await page(path, { session: 'weak', locale }), /id="own-accounts"/);
      }
  });
  test('the start page leads to the accounts for who looks after some', async () => {
    assert.match(await page('/'), /href="\/accounts"/);
    assert.doesNotMatch(await page('/', { session: 's1' }), /href="\/accounts"/);
  });
});

test('the demo’s directory shows what stands in it, open, over and closed, in every language', async () => {
  for (const locale of locales) {
    const body = await page('/demo/directory', { locale });
    assert.doesNotMatch(body.replace(/<script[\s\S]*?<\/script>/, ''), raw, locale);
    assert.equal(body.match(/<section class="sheet">/g)?.length, 3);
  }
  const words = await page('/demo/directory');
  for (const state of ['Open', 'Its time is over', 'Closed'])
    assert.ok(words.includes(`<strong>${state}</strong>`), state);
  portal.face.accounts.shown.accounts = [];
  assert.match(await page('/demo/directory'), /Nobody has an account here yet/);
});

test('a login comes back to these pages and to no others; an address names one account, whatever its ids', () => {
  const granted = (to: string) => portalAnswer(portalLogin('main', to), { kind: 'granted' } as never).headers.location;
  const strange = accountPath({ target: 'a/b@c:d', person: 'p.q/r' });
  for (const to of ['/accounts', '/accounts?proved=1', '/accounts/rules', `${strange}?proved=1`])
    assert.equal(granted(to), to);
  for (const to of ['/accounts/../logout', '/accounts/account/x/y', '//evil.example/accounts', '/accounts?x=1'])
    assert.equal(granted(to), '/');
  assert.deepEqual(accountOfPath('a/b@c:d~p.q/r'), { target: 'a/b@c:d', person: 'p.q/r' });
  for (const wrong of ['', 'a', 'a~', '~b', 'a~b~c']) assert.equal(accountOfPath(wrong), undefined);
});

test('every word of a code is there', () => {
  const keys = new Set<string>(textKeys());
  for (const code of accountRefusals) assert.ok(keys.has(`accounts.no.${code}`));
});
