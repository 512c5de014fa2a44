// EST answers in every lawful form, what is asked and with which words, and hostile bytes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { certificate, newKey } from '../../../../test/fakes/certificates.ts';
import { certsOnly, estServer } from '../../../../test/fakes/est-issuer.ts';
import { certificationRequest, issuingCa } from '../../../../test/fakes/issuing-ca.ts';
import { type AskEst, type EstAnswer, estIssuer } from './est-issuer.ts';

const now = Date.UTC(2027, 0, 4);
const wish = {
  order: 'c1/3/0',
  profile: 'login',
  request: certificationRequest(newKey()),
  holder: {},
  notAfter: 0,
  person: 'nina',
  reference: 'c1',
};

function bench(enrol?: (answer: EstAnswer) => EstAnswer, reenrolls = false) {
  const ca = issuingCa();
  const server = estServer(ca);
  const asked: string[] = [];
  const ask: AskEst = async (method, url, headers, body = '') => {
    asked.push(`${method} ${new URL(url).pathname} ${headers['content-type'] ?? ''}`);
    const {
      status,
      headers: given = {},
      body: said = '',
    } = server.answer({ method, path: url, headers, body: Buffer.from(body) });
    const answer = { status, headers: given, body: Buffer.from(said) };
    return url.includes('enroll') && enrol ? enrol(answer) : answer;
  };
  const issuer = estIssuer(
    { address: 'https://ca.example/.well-known/est/cards', signer: ca.der, reenrolls },
    ask,
    () => now,
  );
  return { ca, server, asked, issuer };
}

describe('asking', () => {
  test('its authorities first, then with the request in base64', async () => {
    const { issuer, asked } = bench();
    assert.equal((await issuer.submit(wish, undefined)).kind, 'issued');
    assert.deepEqual(asked, [
      'GET /.well-known/est/cards/cacerts ',
      'POST /.well-known/est/cards/simpleenroll application/pkcs10',
    ]);
  });
  test('a renewal by its own name, where the record says so', async () => {
    for (const [reenrolls, path] of [
      [true, 'simplereenroll'],
      [false, 'simpleenroll'],
    ] as const) {
      const { issuer, asked } = bench(undefined, reenrolls);
      await issuer.submit({ ...wish, renewal: true }, undefined);
      assert.match(asked[1] ?? '', new RegExp(`/${path} `));
    }
  });
  test('nothing, of a CA that signs with another certificate than the configured one', async () => {
    const { issuer, asked, server } = bench();
    server.authorities = [certificate('New CA', newKey(), undefined).der];
    await assert.rejects(issuer.submit(wish, undefined), /its certificate was changed/);
    assert.equal(asked.length, 1);
  });
});

describe('an answer', () => {
  test('in one line, in lines, or with the chain behind it is one certificate', async () => {
    const { ca, issuer } = bench((answer) => ({
      ...answer,
      body: Buffer.from(answer.body.toString().replace(/\s/g, '')),
    }));
    const one = await issuer.submit(wish, undefined);
    assert.ok(one.kind === 'issued');
    const chain = bench((answer) => {
      const { der } = ca.issue(wish.request);
      return { ...answer, body: Buffer.from(certsOnly([der, ca.der]).toString('base64')) };
    });
    const two = await chain.issuer.submit(wish, undefined);
    assert.ok(two.kind === 'issued' && !ca.der.equals(two.certificate));
  });
  test('that asks for time names seconds or a date, or nothing', async () => {
    for (const [value, seconds] of [
      ['120', 120],
      [new Date(now + 3_600_000).toUTCString(), 3600],
      [new Date(now - 3_600_000).toUTCString(), 1],
      ['soon', 300],
      [undefined, 300],
    ] as const) {
      const headers = value === undefined ? {} : { 'retry-after': value };
      const { issuer } = bench(() => ({ status: 202, headers, body: Buffer.alloc(0) }));
      assert.deepEqual(await issuer.submit(wish, undefined), { kind: 'pending', retryAfterSeconds: seconds });
    }
  });
  test('that says no is heard in its words, cleaned and cut', async () => {
    const { issuer } = bench(() => ({
      status: 422,
      headers: {},
      body: Buffer.from(`\u001b[31mno\u202e ${'x'.repeat(5000)}`),
    }));
    const answer = await issuer.submit(wish, undefined);
    assert.ok(answer.kind === 'refused');
    assert.match(answer.reason, /^\[31mno x+$/);
    assert.ok(answer.reason.length <= 200);
  });
  test('of hostile bytes is never a certificate and never a crash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, encoded) => {
        const body = encoded ? Buffer.from(Buffer.from(bytes).toString('base64')) : Buffer.from(bytes);
        const { issuer } = bench((answer) => ({ ...answer, status: 200, body }));
        await assert.rejects(issuer.submit(wish, undefined), /^Problem.*unavailable: EST: /);
      }),
      { numRuns: 300 },
    );
  });
});
