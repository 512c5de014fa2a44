// The pages of cards: strong logins for who acts for others, only our own forms, every step in every language, nothing unescaped.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { PortalAsker } from '../../../../../test/fakes/portal-asker.ts';
import { cardStates } from '../../../../core/ordering/index.ts';
import { locales } from '../../../../wire/codes/index.ts';
import { text } from '../../../../wire/texts/index.ts';
import { type CardLine, portalAnswer, portalLogin } from '../index.ts';

const portal = new PortalAsker(/^\/cards\/card\/([^/]+)/);
beforeEach(() => portal.reset());
const ask = portal.ask.bind(portal);
const { csrf } = portal;
const step = (what: string, more: Record<string, string> = {}, session = 'admin') => ({
  _csrf: csrf(session),
  do: what,
  seen: '4',
  ...more,
});

describe('a card', () => {
  test('is shown in every state and language, with each step and what it will do, and nothing unescaped', async () => {
    for (const locale of locales) {
      for (const state of cardStates) {
        const answer = await ask('GET', `/cards/card/card-${state}`, { locale });
        const body = String(answer.body);
        assert.equal(answer.status, 200);
        assert.doesNotMatch(
          body,
          /…|undefined|card\.(state|do|did|will)|cards\.|<script|Nina <|No <b>/,
          `${state} ${locale}`,
        );
        assert.ok(body.includes('Nina &lt;Berg&gt;') && body.includes('Fjord &amp; Hospital'));
      }
      for (const path of ['/cards', '/cards/find', '/cards/order'])
        assert.doesNotMatch(String((await ask('GET', path, { locale })).body), /…|cards\.|card\.(state|do)/, path);
    }
  });
  test('that is not there, or not to be seen, is the same', async () => {
    assert.equal((await ask('GET', '/cards/card/card-nothing')).status, 404);
  });
  test('takes a step by our own form, and shows the card again', async () => {
    const requests = { request0: '-----BEGIN CERTIFICATE REQUEST-----' };
    const done = await ask('POST', '/cards/card/card-checked', { form: step('requestCertificates', requests) });
    assert.deepEqual([done.status, done.headers.location], [303, '/cards/card/card-checked']);
    assert.deepEqual(portal.face.cards.done, [
      `requestCertificates administrator card-checked 4 {"requests":["${requests.request0}"]}`,
    ]);
  });
  test('says why a step was refused, beside the card as it is now', async () => {
    portal.face.cards.answers.push({ kind: 'refused', code: 'order.changed' });
    const answer = await ask('POST', '/cards/card/card-ordered', { form: step('approve') });
    assert.equal(answer.status, 409);
    assert.match(String(answer.body), /role="alert"[\s\S]*Somebody else was faster/);
  });
  test('is not changed by another site, another session, no session, an unknown step, or one of the system', async () => {
    for (const given of [
      { form: step('approve'), headers: { origin: 'https://evil.example' } },
      { form: { ...step('approve'), _csrf: csrf('other') } },
      { form: { do: 'approve', seen: '4' } },
      { session: 'nobody', form: step('approve') },
      { form: step('constructor') },
      { form: step('certify') },
      { form: step('use') },
      { form: { ...step('approve'), seen: 'x' } },
    ])
      assert.ok([303, 403].includes((await ask('POST', '/cards/card/card-ordered', given)).status));
    assert.deepEqual(portal.face.cards.done, []);
  });
  test('is changed for another only by a strong and fresh proof; a loss is reported by any session', async () => {
    const weak = await ask('POST', '/cards/card/card-ordered', { session: 'weak', form: step('approve', {}, 'weak') });
    assert.equal(weak.status, 303);
    const [[back, asked]] = portal.proof as [[string, { minimum: string }]];
    assert.deepEqual([back, asked.minimum], ['/cards/card/card-ordered', 'substantial']);
    assert.deepEqual(portal.face.cards.done, []);
    const other = { session: 'weak', form: step('suspend', {}, 'weak') };
    assert.equal((await ask('POST', '/cards/card/card-inUse', other)).headers.location, '/login/x');
    assert.deepEqual(portal.face.cards.done, [], "nobody lays another's card to rest by a weak login");
    await ask('POST', '/cards/card/card-inUse', { session: 's1', form: step('reportLost', { ending: 'lost' }, 's1') });
    assert.deepEqual(portal.face.cards.done, ['reportLost p1 card-inUse 4 {"ending":"lost"}']);
  });
});

describe('a soft card', () => {
  const path = '/cards/card/card-checked/soft-card';
  const form = { _csrf: '', seen: '4' };
  test('is given once, in a page that nothing keeps: a file, a PIN, and what to do with them, in every language', async () => {
    for (const locale of locales) {
      const answer = await ask('POST', path, { form: { ...form, _csrf: csrf() }, locale });
      const body = String(answer.body);
      assert.equal(answer.status, 200);
      assert.match(String(answer.headers['cache-control']), /no-store/);
      assert.match(body, /download="card-[\w-]+\.p12" href="data:application\/x-pkcs12;base64,cDEy"/);
      assert.match(body, /id="pin">K7QM-2F9X-ABCD</);
      assert.doesNotMatch(body, /undefined|cards\.|card\.(do|will)|<script|Nina <|name="do"/, locale);
    }
    assert.deepEqual(portal.face.cards.done[0], 'soft administrator card-checked 4');
  });
  test('that did not come in time, or is refused, is said beside the card', async () => {
    portal.face.cards.softAnswers.push(
      { kind: 'late' },
      { kind: 'refused', code: 'order.noSoftCard' },
      { kind: 'unknown' },
    );
    const asked = () => ask('POST', path, { form: { ...form, _csrf: csrf() } });
    const late = await asked();
    assert.deepEqual([late.status, /the keys are gone/.test(String(late.body))], [409, true]);
    assert.match(String((await asked()).body), /href="#do-softCard">This kind of card may not be a file/);
    assert.doesNotMatch(String((await asked()).body), /data:application/);
    assert.match(String((await ask('GET', '/cards/card/card-made', { query: 'no=late' })).body), /the keys are gone/);
  });
  test('is made by our own form alone, for a strong and fresh proof', async () => {
    for (const given of [
      { form: { ...form, _csrf: csrf('other') } },
      { form: { _csrf: csrf() } },
      { form: { ...form, _csrf: csrf() }, headers: { origin: 'https://evil.example' } },
    ])
      assert.equal((await ask('POST', path, given)).status, 403);
    const weak = await ask('POST', path, { session: 'weak', form: { ...form, _csrf: csrf('weak') } });
    assert.equal(weak.headers.location, '/login/x');
    assert.equal((await ask('POST', path, { session: 'nobody', form })).status, 303);
    assert.deepEqual(portal.face.cards.done, []);
  });
});

describe('a temporary card', () => {
  const path = '/cards/temporary';
  const form = (more: Record<string, string> = {}) => ({
    ...{ _csrf: csrf(), id: 'order-0002', card: 'card-inUse', why: 'forgotten', document: 'passport', q: 'nina' },
    ...more,
  });
  test('is found, explained and made in one page, and handed over from the next', async () => {
    for (const locale of locales)
      assert.doesNotMatch(
        String((await ask('GET', path, { query: 'q=nina', locale })).body),
        /undefined|cards\.|card\.(state|ending|document)\.|<script|Nina </,
        locale,
      );
    const one = String((await ask('GET', path, { query: 'q=nina' })).body);
    assert.match(one, /name="card" value="card-inUse" required checked/);
    const two = String((await ask('GET', path, { query: 'q=two' })).body);
    assert.doesNotMatch(two, /checked/, 'of two nobody is chosen by a computer');
    assert.match(String((await ask('GET', path, { query: 'q=nobody' })).body), /Nobody of that name/);
    portal.face.cards.done.length = 0;
    const made = String((await ask('POST', path, { form: form() })).body);
    assert.deepEqual(portal.face.cards.done, [
      'temporary administrator {"id":"order-0002","card":"card-inUse","why":"forgotten","document":"passport"}',
    ]);
    assert.match(made, /action="\/cards\/card\/order-0002"[\s\S]*value="handOver"[\s\S]*name="seen" value="6"/);
  });
  test('that is refused is said on the same page; one that is not made yet goes on from its own', async () => {
    portal.face.cards.softAnswers.push(
      { kind: 'refused', code: 'order.hasOne' },
      { kind: 'late' },
      { kind: 'unknown' },
    );
    const refused = await ask('POST', path, { form: form() });
    assert.equal(refused.status, 409);
    assert.match(String(refused.body), /href="#who">The holder has such a card[\s\S]*value="nina"/);
    assert.equal((await ask('POST', path, { form: form() })).headers.location, '/cards/card/order-0002?no=late');
    assert.equal((await ask('POST', path, { form: form() })).headers.location, '/cards/card/order-0002');
  });
  test('is for officers alone, by our own form, with a strong and fresh proof', async () => {
    assert.equal((await ask('GET', path, { session: 'stranger' })).status, 403);
    assert.equal((await ask('GET', path, { session: 'weak', query: 'card=c-1' })).status, 303);
    assert.deepEqual(portal.proof[0], [
      '/cards/temporary?card=c-1&proved=1',
      { minimum: 'substantial', proofSeconds: portal.face.portalPorts.catalogue().settings.lifetimes.linkProof },
    ]);
    for (const more of [{ _csrf: '' }, { id: 'x' }, { card: '../x' }, { why: 'bored' }])
      assert.equal((await ask('POST', path, { form: form(more) })).status, 403);
    assert.equal((await ask('POST', path, { form: form(), headers: { origin: 'https://evil.example' } })).status, 403);
    assert.deepEqual(portal.face.cards.done, []);
  });
});

describe('lists and orders', () => {
  test('one finds by name, by state and page by page; who has no task is told whom to ask', async () => {
    const body = String((await ask('GET', '/cards/find', { query: 'q=nina&show=waiting' })).body);
    assert.match(body, /after=\d+\.card-made/);
    assert.match(body, /value="nina"/);
    await ask('GET', '/cards/find', { query: 'after=1.card-made&show=none&q=%3Cb%3E' });
    assert.deepEqual(portal.face.cards.done, ['find nina waiting ', 'find <b> open card-made']);
    assert.equal((await ask('GET', '/cards/find', { session: 'stranger' })).status, 403);
    assert.equal((await ask('GET', '/cards/order', { session: 'stranger' })).status, 403);
    assert.match(String((await ask('GET', '/cards/find', { query: 'q=nobody' })).body), /No card matches/);
    assert.equal((await ask('GET', '/cards/find', { session: 'weak' })).status, 303);
  });
  test('one finds those that run out before long, and goes on to renew many', async () => {
    const body = String((await ask('GET', '/cards/find', { query: 'show=expiring60' })).body);
    assert.match(body, /<option value="expiring60" selected>Run out within 60 days</);
    assert.match(body, /href="\/cards\/renewals"/);
    assert.deepEqual(portal.face.cards.done, ['find  expiring60 ']);
  });
  test('a holder is told what to do before a card runs out: renew it, or come for the one that was ordered', async () => {
    const [inUse, ended] = (await portal.face.cards.desk.own('p1')) as [CardLine, CardLine];
    const dayMs = 86_400_000;
    const ending = (days: number): CardLine => ({
      ...inUse,
      card: {
        ...inUse.card,
        certificates: inUse.card.certificates.map((one) => ({
          ...one,
          notAfter: portal.face.portalPorts.clock() + days * dayMs,
        })),
      },
    });
    const ordered: CardLine = {
      ...inUse,
      card: {
        ...inUse.card,
        id: 'card-new',
        state: 'approved',
        replaces: inUse.card.id,
        renewalJob: 'j1',
        certificates: [],
      },
    };
    for (const [lines, own, start] of [
      [[ended, ending(61)], undefined, undefined],
      [[ending(60)], 'cards.soonOver', 'cards.soonOver'],
      [[ordered, ending(60)], 'cards.renewalWaits', 'cards.renewalWaits'],
      [[{ ...ordered, card: { ...ordered.card, state: 'checked' } } as CardLine, ending(60)], undefined, undefined],
    ] as const) {
      portal.face.portalPorts = {
        ...portal.face.portalPorts,
        cards: { ...portal.face.cards.desk, own: async () => lines },
      };
      for (const [path, key] of [
        ['/cards', own],
        ['/', start],
      ] as const) {
        const body = String((await ask('GET', path, { session: 's1' })).body);
        for (const each of ['cards.soonOver', 'cards.renewalWaits'] as const)
          assert.equal(body.includes(text('en', each)), each === key, `${path} ${each} ${key}`);
      }
    }
    assert.match(String((await ask('GET', '/cards', { session: 's1' })).body), /Days left: 60/);
  });
  test('an order names person, employer and kind, and is one however often its form is sent', async () => {
    const page = String((await ask('GET', '/cards/order', { query: 'q=nina' })).body);
    assert.match(page, /more people of that name/);
    const [, id = ''] = /name="id" value="([\w-]+)"/.exec(page) ?? [];
    const form = { _csrf: csrf(), id, who: 'nina hospital', profile: 'staff-card', q: 'nina' };
    assert.equal((await ask('POST', '/cards/order', { form })).headers.location, `/cards/card/${id}`);
    portal.face.cards.answers.push({ kind: 'unknown' });
    assert.equal((await ask('POST', '/cards/order', { form })).headers.location, `/cards/card/${id}`);
    portal.face.cards.answers.push({ kind: 'refused', code: 'order.hasOne' });
    const refused = await ask('POST', '/cards/order', { form });
    assert.equal(refused.status, 400);
    assert.match(String(refused.body), /has such a card/);
    for (const broken of [{ id: '' }, { who: 'nina' }, { profile: '' }, { _csrf: '' }])
      assert.ok((await ask('POST', '/cards/order', { form: { ...form, ...broken } })).status === 403);
    assert.match(String((await ask('GET', '/cards/order', { query: 'q=nobody' })).body), /Nobody of that name/);
  });
  test('what must be revoked by hand is told to who must do it, and found by itself', async () => {
    for (const path of ['/cards', '/cards/find']) {
      const body = String((await ask('GET', path)).body);
      assert.match(
        body,
        /href="\/cards\/find\?show=byHand">Certificates to be revoked by hand at their issuer: 3</,
        path,
      );
    }
    assert.doesNotMatch(String((await ask('GET', '/cards', { session: 's1' })).body), /byHand/);
    await ask('GET', '/cards/find', { query: 'show=byHand' });
    assert.equal(portal.face.cards.done.at(-1), 'find  byHand ');
  });
  test('a renewal comes after its card, and a refusal is shown there', async () => {
    portal.face.cards.answers.push({ kind: 'refused', code: 'order.notYetRenewable' });
    const form = { _csrf: csrf(), id: 'order-0001', who: 'p1 hospital', profile: 'staff-card', replaces: 'card-inUse' };
    const answer = await ask('POST', '/cards/order', { form });
    assert.equal(answer.headers.location, '/cards/card/card-inUse?no=order.notYetRenewable');
    const shown = await ask('GET', '/cards/card/card-inUse', { query: 'no=order.notYetRenewable' });
    assert.match(String(shown.body), /near its end/);
  });
  test('a login comes back to these pages and to no others', () => {
    const granted = (to: string) =>
      portalAnswer(portalLogin('main', to), { kind: 'granted' } as never).headers.location;
    for (const to of [
      ...['/cards', '/cards/find?proved=1', '/cards/order?proved=1', '/cards/card/c-1'],
      ...['/cards/temporary', '/cards/temporary?proved=1', '/cards/temporary?card=c-1&proved=1'],
    ])
      assert.equal(granted(to), to);
    for (const to of [
      '/cards/../logout',
      '/cards/card/x/y',
      '//evil.example/cards',
      '/cards?x=1',
      '/cards/temporary?card=a&x=1',
    ])
      assert.equal(granted(to), '/');
  });
});
