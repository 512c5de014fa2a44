// What a page of a login says to the person: which card, which rule, and where to go when the login is over.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { type WebFace, webFace } from '../../../../test/fakes/web-face.ts';
import type { Dispatcher, StepProblem, StepView } from '../../../core/journey/index.ts';
import { text } from '../../../wire/texts/index.ts';

let face: WebFace;
beforeEach(() => {
  face = webFace(() => 'https://hub.example');
});

const pageOf = async (id: string, locale = 'en'): Promise<string> => String((await answerOf(id, locale))?.body);

async function answerOf(id: string, locale = 'en') {
  const route = face.routes.find(({ method, path }) => method === 'GET' && path === '/login/:id');
  return await route?.handle({
    method: 'GET',
    path: `/login/${id}`,
    query: '',
    params: { id },
    headers: { cookie: `__Host-tillit-browser=browser-token; __Host-tillit-locale=${locale}` },
    body: Buffer.alloc(0),
    ip: '192.0.2.7',
  });
}
const answer = (change: (view: StepView) => StepView | StepProblem): void => {
  const view = face.dispatcher.view.bind(face.dispatcher);
  const changed: Dispatcher['view'] = async (id, browser) => change((await view(id, browser)) as StepView);
  face.dispatcher.view = changed;
};

test('a login that takes some kinds of card only says which, before a card is shown', async () => {
  const body = await pageOf('card');
  assert.ok(body.includes(text('en', 'card.which', { cards: 'E-id card' })), body);
  answer((view) => ({ ...view, ask: { kind: 'card', populations: ['siths', 'advanced'] } }));
  assert.doesNotMatch(await pageOf('card'), /Use this card/);
});

test('a rule that stops somebody is told in their language, else by its title', async () => {
  const own = await pageOf('card-step-up', 'nn');
  assert.ok(own.includes('Årsaka: Kjernejournalen krever det høyeste nivået'), own);
  assert.ok((await pageOf('fail')).includes('The reason: Only for those on duty'));
});

test('a way in that was cut off: since when, what to order, and nothing that is meant for others', async () => {
  for (const id of ['cutoff-step-up', 'cutoff-fail']) {
    const body = await pageOf(id, 'sv');
    assert.match(body, /Sedan 1 november 2026 släpper det inte in dig\. Nationell patientöversikt tar bara kort\./);
    assert.match(body, /Ett SITHS-kort <a href="https:\/\/cards\.region\.example\/order" rel="noopener noreferrer">/);
    assert.doesNotMatch(body, /Något för andra/);
  }
});

test('a login that is over leads back to its application, a running one to its page, any other to the start', async () => {
  const linked = async (problem: StepProblem) => {
    answer(() => problem);
    return /<div class="actions"><a class="button other" href="([^"]+)">([^<]+)</.exec(await pageOf('card'))?.slice(1);
  };
  const over = { kind: 'problem', reason: 'journey.expired', reference: 'K7QM-2F9X' } as const;
  assert.deepEqual(await linked({ ...over, application: 'ehr' }), ['https://ehr.example/', 'Back to Patient record']);
  assert.deepEqual(await linked({ ...over, application: 'gone' }), ['/', 'Start page']);
  assert.deepEqual(await linked(over), ['/', 'Start page']);
  const running = { kind: 'problem', reason: 'journey.alreadyUsed', continueAt: 'j1' } as const;
  assert.deepEqual(await linked(running), ['/login/j1', 'Continue']);
});

const withRequest = (change: Partial<StepView['journey']['request']>) => (view: StepView) => ({
  ...view,
  journey: { ...view.journey, request: { ...view.journey.request, ...change } },
});

test('the application’s own words stand there as text, in the page’s language, told apart from ours', async () => {
  const message = [
    { language: 'sv', text: 'Skriv under <b>receptet</b>\nåt Anna' },
    { language: 'en-GB', text: 'Sign the prescription' },
  ];
  for (const id of ['card', 'password', 'choose-provider', 'leave']) {
    const shown = async (locale: string) => {
      face = webFace(() => 'https://hub.example');
      answer(withRequest({ message }));
      return await pageOf(id, locale);
    };
    const english = await shown('en');
    assert.match(
      english,
      /<h2 id="words">Message from Patient record<\/h2><p lang="en-GB">Sign the prescription<\/p>/,
      id,
    );
    assert.match(await shown('sv'), /<p lang="sv">Skriv under &lt;b&gt;receptet&lt;\/b&gt;<br>åt Anna<\/p>/, id);
    assert.match(await shown('nl'), /<p lang="sv">/, 'else in its first');
  }
});

test('nobody is sent on to a provider before the words can be read, but where the provider shows them itself', async () => {
  const goesOn = async (change: Partial<StepView['journey']['request']>) => {
    face = webFace(() => 'https://hub.example');
    const step = { kind: 'prove', provider: 'eid', alternatives: [] } as const;
    answer((view) => ({ ...withRequest(change)(view), step, sessionPerson: undefined }));
    return (await answerOf('leave'))?.headers.refresh !== undefined;
  };
  assert.equal(await goesOn({}), true);
  assert.equal(await goesOn({ message: [{ language: 'en', text: 'Sign' }] }), false);
});

test('where nobody may be asked, the browser goes on to the provider without a page', async () => {
  answer(withRequest({ passive: true }));
  const gone = await answerOf('leave');
  assert.equal(gone?.status, 303);
  assert.match(String(gone?.headers.location), /^\/login\/[\w-]+\/leave\?provider=/);
});

test('who is missing is told what to order, from whom and where, and may ask again; without a key there is nothing to ask', async () => {
  const body = await pageOf('order', 'sv');
  assert.ok(body.includes('Behörighet till Cosmic Link med läsning i hela regionen'), body);
  assert.ok(body.includes('Din enhetschef') && body.includes('https://order.region.example/cosmic-link'), body);
  assert.match(body, /<a class="button main" href="\/login\/order">Försök igen<\/a>/);
  for (const [reason, asksAgain] of [
    ['precondition.silent', true],
    ['precondition.noKey', false],
  ] as const) {
    face = webFace(() => 'https://hub.example');
    answer((view) => ({ ...view, step: { kind: 'fail', reason, rules: [], precondition: 'link-order' } }));
    assert.equal((await pageOf('order')).includes('Try again</a>'), asksAgain, reason);
  }
});
