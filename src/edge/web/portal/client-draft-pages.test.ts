// The pages where a program is let in: only with a strong login, only by an administrator, only by our own form, and only once.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { type Asked, PortalAsker } from '../../../../test/fakes/portal-asker.ts';
import { locales } from '../../../wire/codes/index.ts';
import { portalAnswer, portalLogin } from './index.ts';

const portal = new PortalAsker(/^\/confirm-client\/([^/]+)/);
beforeEach(() => portal.reset());
const ask = portal.ask.bind(portal);
const { csrf } = portal;
const yes = (more: Record<string, string> = {}) => ({ _csrf: csrf(), answer: 'yes', ...more });

describe('a draft', () => {
  test('is shown in plain words: who asks, for whom, what it may do, and the key', async () => {
    const answer = await ask('GET', '/confirm-client/open');
    const body = String(answer.body);
    for (const words of [
      'Let Practice in at Fjord Hospital?',
      'Record &amp; Sons',
      'Fjord &lt;hospital&gt;, medicine (200000015)',
      'Get tickets for Journal',
      'journal/read, journal/write',
      'Replace its own keys',
      'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
      'http://localhost:1337/cb',
    ])
      assert.ok(body.includes(words), words);
    assert.doesNotMatch(body, /<script/);
    const asked = await ask('GET', '/confirm-client/open', { query: 'redirectPort=99&redirectPath=/callback' });
    assert.match(String(asked.headers['content-security-policy']), /form-action 'self' http:\/\/localhost:99/);
    assert.match(String(asked.body), /name="redirectPort" value="99"/);
  });

  test('needs a login that is strong enough, and comes back to where it was asked', async () => {
    for (const session of ['nobody', 'weak', 's1']) {
      assert.equal(
        (await ask('GET', '/confirm-client/open', { session, query: 'redirectPort=99&redirectPath=/cb' })).status,
        303,
      );
    }
    const [back, asked] = portal.proof[0] as [string, { minimum: string }];
    assert.equal(asked.minimum, 'substantial');
    const granted = (to: string) =>
      portalAnswer(portalLogin('main', to), { kind: 'granted' } as never).headers.location;
    assert.equal(granted(back), '/confirm-client/open?redirectPort=99&redirectPath=%2Fcb&proved=1');
    assert.equal(granted('/client-drafts'), '/client-drafts');
    for (const to of [
      '/confirm-client/../logout',
      '/confirm-client/x?//evil.example" ',
      '//evil.example/confirm-client/x',
    ])
      assert.equal(granted(to), '/');
    const stuck = await ask('GET', '/confirm-client/open', { session: 'weak', query: 'proved=1' });
    assert.notEqual(stuck.status, 303, 'no circle');
  });

  test('is confirmed by our own form, and the browser goes back to the program', async () => {
    const done = await ask('POST', '/confirm-client/open', { form: yes() });
    assert.deepEqual([done.status, done.headers.location], [303, 'http://localhost:1337/confirmed']);
    assert.deepEqual(portal.face.draftDecisions, ['yes open administrator']);
  });

  test('is not decided by a form of another site, another session, or without an answer', async () => {
    for (const given of [
      { form: yes(), headers: { origin: 'https://evil.example' } },
      { form: yes({ _csrf: csrf('other') }) },
      { form: { answer: 'yes' } },
      { form: yes({ answer: 'maybe' }) },
      { session: 'nobody', form: yes() },
    ])
      assert.ok([303, 403].includes((await ask('POST', '/confirm-client/open', given)).status));
    assert.deepEqual(portal.face.draftDecisions, []);
  });

  test('is not decided with a proof that is five minutes old: the person proves again first', async () => {
    const answer = await ask('POST', '/confirm-client/open', { form: yes(), later: 5 * 60_000 });
    assert.equal(answer.headers.location, '/login/x');
    assert.deepEqual(portal.face.draftDecisions, []);
    assert.deepEqual(portal.proof, [['/confirm-client/open?proved=1', { minimum: 'substantial', proofSeconds: 300 }]]);
  });

  test('is refused with a reason, never without', async () => {
    const without = await ask('POST', '/confirm-client/open', { form: yes({ answer: 'no', reason: '  ' }) });
    assert.equal(without.status, 400);
    assert.match(String(without.body), /Write why you refuse it/);
    const done = await ask('POST', '/confirm-client/open', { form: yes({ answer: 'no', reason: 'Not ours' }) });
    assert.equal(done.status, 303);
    assert.deepEqual(portal.face.draftDecisions, ['no open administrator Not ours']);
  });

  test('that somebody else decided meanwhile shows what happened; one that no longer fits says so', async () => {
    const late = await ask('POST', '/confirm-client/confirmed', { form: yes() });
    assert.equal(late.headers.location, '/confirm-client/confirmed');
    const misfit = await ask('POST', '/confirm-client/misfit', { form: yes() });
    assert.equal(misfit.status, 409);
    assert.match(String(misfit.body), /can no longer be confirmed/);
  });

  test('says how it stands: confirmed, refused, too old, unknown, and whom to ask', async () => {
    const page = async (id: string, given: Asked = {}) => {
      const { status, body } = await ask('GET', `/confirm-client/${id}`, given);
      assert.doesNotMatch(String(body), /name="answer"/);
      return `${status} ${body}`;
    };
    assert.match(await page('confirmed'), /^200 [\s\S]*Practice is let in[\s\S]*Kari Nordmann/);
    assert.match(
      await page('confirmed', { query: 'redirectPort=7&redirectPath=/cb' }),
      /href="http:\/\/localhost:7\/cb"/,
    );
    assert.match(await page('refused'), /^200 [\s\S]*Nobody here &lt;ordered&gt; it/);
    assert.match(await page('expired'), /^200 [\s\S]*too old/);
    assert.match(await page('nothing'), /^404 [\s\S]*no such request/);
    assert.match(await page('open', { session: 'stranger' }), /^403 [\s\S]*Kari Nordmann[\s\S]*L\. V\./);
    assert.match(await page('nobodys'), /^403 [\s\S]*Ask your help desk/);
    for (const locale of locales) assert.doesNotMatch(await page('foreign', { locale }), /draft\.|…/);
  });

  test('is listed for those who may decide it, and the start page leads there', async () => {
    assert.match(String((await ask('GET', '/client-drafts')).body), /href="\/confirm-client\/open"/);
    assert.match(String((await ask('GET', '/client-drafts', { session: 's1' })).body), /No program waits/);
    assert.equal((await ask('GET', '/client-drafts', { session: 'nobody' })).status, 303);
    assert.match(String((await ask('GET', '/')).body), /href="\/client-drafts"/);
    assert.doesNotMatch(String((await ask('GET', '/', { session: 's1' })).body), /client-drafts/);
  });
});
