// Scopes and audience: one API a token, and no scope of another.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { catalogue, journalAudience, labAudience } from '../../../test/fakes/oidc-hub.ts';
import { application } from '../../../test/fakes/ward.ts';
import { scopeRefusal, scopesOf, wantedApis } from './audience.ts';

const scopes = ['openid', 'profile', 'journal/read', 'journal/write', 'lab/order'];
const app = application('a', { scopes, apis: ['journal', 'lab'] });
const all = catalogue();

describe('audience', () => {
  for (const [scope, resource, audience, error] of [
    ['openid', undefined, journalAudience, undefined],
    ['', undefined, journalAudience, undefined],
    ['openid journal/read', undefined, journalAudience, undefined],
    ['openid lab/order', undefined, labAudience, undefined],
    ['openid', labAudience, labAudience, undefined],
    ['journal/read', labAudience, labAudience, 'invalid_scope'],
    ['journal/read lab/order', undefined, journalAudience, 'invalid_scope'],
    ['openid', 'https://elsewhere.example', undefined, 'invalid_target'],
    ['openid admin', undefined, journalAudience, 'invalid_scope'],
  ] as const) {
    test(`${scope || 'no scope'} for ${resource ?? 'nobody in particular'}`, () => {
      const asked = scopesOf(scope);
      const named = resource === undefined ? [] : [resource];
      assert.equal(wantedApis(app, all, asked, named)[0]?.audience, audience);
      assert.equal(scopeRefusal(app, all, asked, named)?.error, error);
    });
  }

  test('whatever is not refused belongs to the application and to the one API', () => {
    const any = fc.array(fc.constantFrom(...scopes, 'admin', 'x y'), { maxLength: 5 });
    const resource = fc.constantFrom(undefined, journalAudience, labAudience, 'https://x.example');
    fc.assert(
      fc.property(any, resource, fc.subarray(scopes), (asked, to, registered) => {
        const own = { ...app, scopes: registered };
        const named = to === undefined ? [] : [to];
        if (scopeRefusal(own, all, asked, named) !== undefined) return;
        const [api] = wantedApis(own, all, asked, named);
        for (const scope of asked) {
          assert.ok(registered.includes(scope));
          assert.ok(!scope.includes('/') || api?.scopes.includes(scope));
        }
      }),
    );
  });
});
