// The handler of the card listener over a scripted dispatcher: what goes on, and what counts as no failure.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fakeDispatcher } from '../../../../test/fakes/scripted-dispatcher.ts';
import type { HttpRequest } from '../../../base/http/index.ts';
import { cardHandler } from './card-handler.ts';

const request = (path: string, peerCertificates?: readonly Buffer[]): HttpRequest => ({
  method: 'GET',
  path,
  query: '',
  params: {},
  headers: {},
  body: Buffer.alloc(0),
  ip: '192.0.2.7',
  ...(peerCertificates ? { peerCertificates } : {}),
});

describe('the card listener’s handler', () => {
  test('what was shown goes on, and the browser back to the hub', async () => {
    const dispatcher = fakeDispatcher();
    const chain = [Buffer.from('leaf'), Buffer.from('issuer')];
    const answer = await cardHandler(dispatcher, 'https://hub.example')(request('/card/tick_et-1', chain));
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.location, 'https://hub.example/login/j1/handoff?ticket=ticket-back');
    assert.deepEqual(dispatcher.cardShownCalls, [['tick_et-1', chain, '192.0.2.7', undefined]]);
  });

  test('no certificate is an empty chain, so that the page can say what it can be', async () => {
    const dispatcher = fakeDispatcher();
    await cardHandler(dispatcher, 'https://hub.example')(request('/card/tick'));
    assert.deepEqual(dispatcher.cardShownCalls, [['tick', [], '192.0.2.7', undefined]]);
  });

  test('an OCSP answer that a proxy passed on goes on as it came', async () => {
    const dispatcher = fakeDispatcher();
    const stapledOcsp = { der: Buffer.from('answer') };
    await cardHandler(dispatcher, 'https://hub.example')({ ...request('/card/tick'), stapledOcsp });
    assert.deepEqual(dispatcher.cardShownCalls, [['tick', [], '192.0.2.7', stapledOcsp]]);
  });

  test('a ticket that no longer holds leads to a page that says so', async () => {
    const answer = await cardHandler(fakeDispatcher(), 'https://hub.example')(request('/card/gone'));
    assert.equal(answer.headers.location, 'https://hub.example/problem/journey.expired?code=K7QM-2F9X');
  });

  for (const [path, status] of [
    ['/favicon.ico', 204],
    ['/', 404],
    ['/card/', 404],
    ['/card/a/b', 404],
    ['/card/%2e', 404],
  ] as const) {
    test(`${path} is no failure of a card`, async () => {
      const dispatcher = fakeDispatcher();
      assert.equal((await cardHandler(dispatcher, 'https://hub.example')(request(path))).status, status);
      assert.equal(dispatcher.cardShownCalls.length, 0);
    });
  }
});
