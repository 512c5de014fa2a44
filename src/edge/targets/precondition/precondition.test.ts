// K5: what the system behind an application may answer, and what a hostile or broken one gets out of it: silence, or plain text.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Secret } from '../../../base/secret.ts';
import { readPreconditionAnswer } from './answer.ts';
import { askPrecondition, mostAtOnce, type SendQuestion } from './ask.ts';

const read = (answer: unknown, type = 'application/json') =>
  readPreconditionAnswer(type, Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer)));
const question = { key: 'SE1-1', identifier: 'hsa-id', application: 'cosmic' } as const;

test('a yes, a no, and a no with what to order', () => {
  assert.deepEqual(read({ known: true }), { kind: 'known' });
  assert.deepEqual(read({ known: false }, 'application/json; charset=utf-8'), { kind: 'missing' });
  const order = {
    what: { sv: ' Behörighet ', xx: 'x' },
    from: { en: 'Your manager' },
    url: 'https://order.example/a b'.replace(' ', '%20'),
  };
  assert.deepEqual(read({ known: false, order }), {
    kind: 'missing',
    order: { what: { sv: 'Behörighet' }, from: { en: 'Your manager' }, url: 'https://order.example/a%20b' },
  });
});

describe('what cannot be understood is silence', () => {
  for (const [what, answer, type] of [
    ['a page', '<h1>known</h1>', 'text/html'],
    ['a yes that says it is a page', { known: true }, 'text/html'],
    ['broken JSON', '{"known": true', undefined],
    ['a list', [true], undefined],
    ['a word', 'true', undefined],
    ['a yes as text', { known: 'true' }, undefined],
    ['a yes as a number', { known: 1 }, undefined],
    ['nothing', {}, undefined],
    ['one that inherits it', { __proto__: { known: true } }, undefined],
  ] as const)
    test(what, () => assert.equal(read(answer, type).kind, 'silent'));
});

describe('a part of an order that is not as it should be is left out', () => {
  const orderOf = (order: unknown) => {
    const answer = read({ known: false, order });
    return answer.kind === 'missing' ? answer.order : assert.fail();
  };
  for (const url of [
    'javascript:alert(1)',
    'JavaScript://order.example/%0aalert(1)',
    'http://order.example/',
    'data:text/html,x',
    '//order.example/',
    'https:\\\\order.example/',
    'https://region.example@evil.example/',
    'https://',
    `https://order.example/${'x'.repeat(1001)}`,
    'https://order.example/ x',
    7,
  ])
    test(String(url).slice(0, 50), () => assert.equal(orderOf({ url }), undefined));
  for (const [what, text] of [
    ['lines', 'one\ntwo'],
    ['turned round', 'abc\u202Edef'],
    ['hidden', 'a\u200Bb'],
    ['too long', 'x'.repeat(301)],
    ['empty', '  '],
    ['no text', 5],
  ] as const)
    test(what, () => assert.equal(orderOf({ what: { sv: text } }), undefined));
  test('a script stays text', () =>
    assert.deepEqual(orderOf({ from: { sv: '<script>alert(1)</script>' } })?.from, {
      sv: '<script>alert(1)</script>',
    }));
});

describe('asking', () => {
  const access = (send: SendQuestion) => ({
    url: 'https://gate.example/known',
    token: new Secret('hidden'),
    timeoutMs: 100,
    send,
  });
  const answer = (status: number, body = '{"known": true}') => ({
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(body),
  });

  test('goes out with the token, and a bound in time and size', async () => {
    let seen: Parameters<SendQuestion>[1] | undefined;
    const found = await askPrecondition(
      access(async (_, request) => {
        seen = request;
        return answer(200);
      }),
      question,
    );
    assert.equal(found.kind, 'known');
    assert.deepEqual([seen?.headers['authorization'], seen?.timeoutMs, seen?.maxBytes], ['Bearer hidden', 100, 16_384]);
    assert.deepEqual(JSON.parse(seen?.body ?? ''), question);
  });

  test('a yes with another status than 200 is none', async () => {
    for (const status of [201, 204, 302, 401, 404, 500])
      assert.deepEqual(
        await askPrecondition(
          access(async () => answer(status)),
          question,
        ),
        {
          kind: 'silent',
          why: `HTTP ${status}`,
        },
      );
  });

  test('an error is silence', async () =>
    assert.deepEqual(
      await askPrecondition(
        access(async () => {
          throw new Error('no whole answer within 100 ms');
        }),
        question,
      ),
      { kind: 'silent', why: 'no whole answer within 100 ms' },
    ));

  test('so many wait for one system and no more; afterwards there is room again', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let sent = 0;
    const slow = access(async () => {
      sent += 1;
      await held;
      return answer(200);
    });
    const waiting = Array.from({ length: mostAtOnce }, () => askPrecondition(slow, question));
    assert.equal((await askPrecondition(slow, question)).kind, 'silent');
    assert.equal(sent, mostAtOnce);
    release();
    for (const one of waiting) assert.equal((await one).kind, 'known');
    assert.equal((await askPrecondition(slow, question)).kind, 'known');
  });
});
