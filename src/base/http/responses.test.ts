// Responses: headers that every page carries, redirects, problems as answers.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { html } from './html.ts';
import { problemStatus } from './problem-status.ts';
import { immutable, json, page, seeOther } from './responses.ts';
import { selfPostingForm } from './self-posting-form.ts';

describe('answers', () => {
  test('a page allows no scripts, no frames and no forms to elsewhere', () => {
    const { headers, body } = page(200, html`<p>x</p>`, { cookies: ['a=b'] });
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /^default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; /);
    assert.match(policy, /frame-ancestors 'none'; base-uri 'none'$/);
    assert.doesNotMatch(policy, /unsafe|script-src/);
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
    assert.deepEqual(headers['set-cookie'], ['a=b']);
    assert.equal(body, '<p>x</p>');
  });

  test('form targets are origins or schemes; anything that could add a directive is left out', () => {
    const policy = String(
      page(200, html``, {
        formTargets: [
          'https://ehr.example',
          'https://*.card.localhost:8444',
          'app.example:',
          'https://x;script-src *',
          '*',
          "'unsafe-inline'",
        ],
      }).headers['content-security-policy'],
    );
    assert.match(
      policy,
      /form-action 'self' https:\/\/ehr\.example https:\/\/\*\.card\.localhost:8444 app\.example:; frame/,
    );
  });

  test('frames are https origins that are named, a script is the one of this digest; nothing else comes in', () => {
    const frames = ['https://b.example', 'https://a.example:8443', 'https://a.example:8443', 'http://c.example'];
    const bad = ['https://x; script-src *', '*', 'https://*.example', 'data:', 'https://x/path'];
    const policy = String(
      page(200, html``, { frames: [...frames, ...bad], scriptHash: 'abc=' }).headers['content-security-policy'],
    );
    assert.match(policy, /; frame-src https:\/\/a\.example:8443 https:\/\/b\.example; form-action/);
    assert.match(policy, /; script-src 'sha256-abc='; connect-src 'self'; /);
    assert.doesNotMatch(String(page(200, html``).headers['content-security-policy']), /frame-src|connect-src/);
  });

  test('redirects are 303 and not stored', () => {
    const { status, headers } = seeOther('/x');
    assert.equal(status, 303);
    assert.equal(headers.location, '/x');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['referrer-policy'], 'no-referrer');
  });

  test('JSON is not stored, hashed files are kept', () => {
    assert.equal(json(200, {}).headers['cache-control'], 'no-store');
    assert.match(String(immutable('text/css', '').headers['cache-control']), /immutable/);
  });

  test('status of each kind of problem', () => {
    assert.deepEqual(
      (
        [
          'invalid',
          'unauthenticated',
          'forbidden',
          'notFound',
          'conflict',
          'tooLarge',
          'tooMany',
          'internal',
          'unavailable',
        ] as const
      ).map(problemStatus),
      [400, 401, 403, 404, 409, 413, 429, 500, 503],
    );
  });
});

test('a form that sends itself may be redirected on to other HTTPS addresses, and to no other kind', () => {
  const words = { language: 'en', title: 'Back', go: 'Continue' };
  const policyOf = (target: string) =>
    String(selfPostingForm(target, [['SAMLResponse', 'x']], words).headers['content-security-policy']);
  assert.match(policyOf('https://link.example/acs'), /form-action 'self' https:\/\/link\.example https:; frame/);
  assert.match(policyOf('app.example:/back'), /form-action 'self' app\.example:; frame/);
  assert.match(policyOf('https://link.example/acs'), /script-src 'sha256-[^']+'$/);
});
