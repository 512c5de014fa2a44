// The pages of renewals: strong logins, only our own forms, every state in every language, a progress bar that needs no script.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { PortalAsker } from '../../../../../test/fakes/portal-asker.ts';
import { renewalStates } from '../../../../core/ordering/index.ts';
import { locales } from '../../../../wire/codes/index.ts';
import { portalAnswer, portalLogin } from '../index.ts';

const portal = new PortalAsker(/^\/cards\/renewals\/([^/]+)/);
beforeEach(() => portal.reset());
const ask = portal.ask.bind(portal);
const { csrf } = portal;
const step = (what: string, session = 'admin') => ({ _csrf: csrf(session), do: what, seen: '3' });
const wish = (more: Record<string, string> = {}) => ({
  _csrf: csrf(),
  organisation: 'hospital',
  profile: 'staff-card',
  day: '2027-06-30',
  ...more,
});

describe('a renewal of many', () => {
  test('is shown in every state and language, with what each step will do, and nothing unescaped', async () => {
    for (const locale of locales)
      for (const path of ['/cards/renewals', ...renewalStates.map((state) => `/cards/renewals/renewal-${state}`)]) {
        const answer = await ask('GET', path, { locale });
        const body = String(answer.body).replaceAll(/<script>.*?<\/script>/gs, '');
        assert.equal(answer.status, 200);
        assert.doesNotMatch(
          body,
          /…|undefined|renewals?\.[a-z]|cards\.|card\.|order\.|<script|Nina <|Olof <|Fjord & /,
          `${path} ${locale}`,
        );
      }
  });

  test('has a progress bar of the page itself, with its numbers in words, and a link that needs no script', async () => {
    const body = String((await ask('GET', '/cards/renewals/renewal-running')).body);
    assert.match(
      body,
      /<label for="bar">[^<]+<\/label><progress id="bar" max="92" value="52">52 of 92 cards<\/progress>/,
    );
    assert.match(body, /Time left[\s\S]*?5 minutes/);
    assert.match(body, /<a href="\/cards\/renewals\/renewal-running">Show how far it is now<\/a>/);
    assert.match(body, /data-more[\s\S]*<script>/);
    const over = String((await ask('GET', '/cards/renewals/renewal-done')).body);
    assert.doesNotMatch(over, /data-more|<script>/, 'what is over is not asked for again');
  });

  test('says before it begins how many, which it passes over and why, and finds each card', async () => {
    const body = String(
      (await ask('GET', '/cards/renewals/renewal-draft', { query: 'q=nina&show=excluded&after=7' })).body,
    );
    assert.match(body, /will be ordered: 40/);
    assert.match(body, /has such a card[^<]*<\/span><b>2<\/b>/);
    assert.match(body, /href="\/cards\/renewals\/renewal-draft\?show=excluded"/);
    assert.match(body, /q=nina&amp;show=excluded&amp;after=50/);
    assert.deepEqual(portal.face.renewals.done, ['look nina excluded 7']);
    assert.match(String((await ask('GET', '/cards/renewals/renewal-asked')).body), /another officer must approve/);
    await ask('GET', '/cards/renewals/renewal-draft', { query: 'show=constructor&after=x' });
    assert.equal(portal.face.renewals.done.at(-1), 'look   ', 'what is no filter is none');
    const none = await ask('GET', '/cards/renewals/renewal-draft', { query: 'q=nobody' });
    assert.match(String(none.body), /No card matches/);
  });

  test('is written down before anything begins, and a wrong day is said beside its field', async () => {
    const done = await ask('POST', '/cards/renewals', { form: wish() });
    assert.deepEqual([done.status, done.headers.location], [303, '/cards/renewals/renewal-draft']);
    assert.match(portal.face.renewals.done[0] ?? '', /"day":"2027-06-30"/);
    portal.face.renewals.answers.push({ kind: 'refused', code: 'renewal.day' });
    const wrong = await ask('POST', '/cards/renewals', { form: wish({ day: '2020-01-01' }) });
    assert.equal(wrong.status, 400);
    assert.match(String(wrong.body), /role="alert"[\s\S]*href="#day"[\s\S]*value="2020-01-01" aria-invalid="true"/);
  });

  test('takes a step by our own form; a refusal is shown beside the job as it is', async () => {
    const done = await ask('POST', '/cards/renewals/renewal-draft', { form: step('start') });
    assert.equal(done.headers.location, '/cards/renewals/renewal-draft');
    assert.deepEqual(portal.face.renewals.done, ['start administrator renewal-draft 3']);
    portal.face.renewals.answers.push({ kind: 'refused', code: 'renewal.sameOfficer' });
    const refused = await ask('POST', '/cards/renewals/renewal-asked', { form: step('approve') });
    assert.equal(refused.status, 409);
    assert.match(String(refused.body), /role="alert"[\s\S]*A second officer must approve/);
  });

  test('is changed by no other site, session, unknown step or broken form', async () => {
    for (const given of [
      { form: step('start'), headers: { origin: 'https://evil.example' } },
      { form: { ...step('start'), _csrf: csrf('other') } },
      { session: 'nobody', form: step('start') },
      { form: step('constructor') },
      { form: step('end') },
      { form: { ...step('start'), seen: 'x' } },
    ])
      assert.ok([303, 403].includes((await ask('POST', '/cards/renewals/renewal-draft', given)).status));
    for (const given of [{ _csrf: '' }, { _csrf: csrf('other') }])
      assert.equal((await ask('POST', '/cards/renewals', { form: wish(given) })).status, 403);
    assert.deepEqual(portal.face.renewals.done, []);
  });

  test('is begun by a strong and fresh proof alone, and stopped by a strong one; weak logins see nothing', async () => {
    const { linkProof, sessionAbsolute } = portal.face.portalPorts.catalogue().settings.lifetimes;
    for (const [action, seconds] of [
      ['start', linkProof],
      ['approve', linkProof],
      ['resume', linkProof],
      ['retry', linkProof],
      ['pause', sessionAbsolute],
      ['stop', sessionAbsolute],
    ] as const) {
      await ask('POST', '/cards/renewals/renewal-draft', { session: 'weak', form: step(action, 'weak') });
      const [back, asked] = portal.proof.at(-1) as [string, { proofSeconds: number }];
      assert.deepEqual([back, asked.proofSeconds], ['/cards/renewals/renewal-draft', seconds], action);
    }
    for (const path of ['/cards/renewals', '/cards/renewals/renewal-done'])
      assert.equal((await ask('GET', path, { session: 'weak' })).status, 303);
    assert.equal(
      (await ask('POST', '/cards/renewals', { session: 'weak', form: wish({ _csrf: csrf('weak') }) })).status,
      303,
    );
    assert.deepEqual(portal.face.renewals.done, []);
  });

  test('is not there for who makes no cards, nor where there is none', async () => {
    assert.equal((await ask('GET', '/cards/renewals', { session: 'stranger' })).status, 403);
    assert.equal((await ask('GET', '/cards/renewals/nothing')).status, 404);
  });

  test('a login comes back to these pages', () => {
    for (const to of ['/cards/renewals', '/cards/renewals?proved=1', '/cards/renewals/j-1?proved=1'])
      assert.equal(portalAnswer(portalLogin('main', to), { kind: 'granted' } as never).headers.location, to);
  });
});
