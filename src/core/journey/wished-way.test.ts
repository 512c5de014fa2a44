// Ways in that an application wishes for by the names of HelseID: which provider they lead to, and what they never open.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { request } from '../../../test/fakes/login-user.ts';
import { upstreamProvider } from '../../../test/fakes/upstream-provider.ts';
import { ehr, minute, morning, providers, snapshot } from '../../../test/fakes/ward.ts';
import type { Application, ProviderPresetName } from '../catalogue/index.ts';
import { candidatesFor } from '../policy/index.ts';
import type { Journey, LoginRequest } from './journey.ts';
import { next, offered } from './next.ts';

const upstream = (id: string, preset: ProviderPresetName) => ({ ...upstreamProvider({ preset }), id, order: 500 });
const all = [...providers, upstream('eid', 'idporten'), upstream('buypass-oidc', 'buypass'), upstream('ad', 'entra')];
const catalogue = snapshot({ providers: new Map(all.map((each) => [each.id, each])) });

function stepFor(wish: Partial<LoginRequest>, application: Application = ehr) {
  const journey: Journey = {
    id: 'j',
    version: 1,
    request: request(wish),
    browser: 'b',
    createdAt: morning,
    expiresAt: morning + 15 * minute,
    reference: 'REF',
    evidence: [],
    ignoreSession: false,
    ended: false,
  };
  const { step } = next(
    journey,
    {
      application,
      candidates: candidatesFor(application, catalogue),
      apis: [],
      rules: [],
      assignmentConflicts: [],
      where: { device: 'fixed', deviceSource: 'network' },
      cutoffs: [],
      highReuseSeconds: 14_400,
      catalogueRevision: 7,
    },
    morning,
  );
  return `${step.kind} ${offered(step)[0]}`;
}

for (const [wish, step] of [
  [['minid'], 'prove eid'],
  [['bankid'], 'prove eid'],
  [['bp:amr:sc'], 'prove buypass-oidc'],
  [['unheard-of'], 'choose card'],
] as const) {
  test(`${wish}: ${step}`, () => assert.equal(stepFor({ wishedMethods: wish }), step));
}

test('a provider that is wished for by name goes before the method', () => {
  assert.equal(stepFor({ wishedProviders: ['ad'], wishedMethods: ['minid'] }), 'prove ad');
});

test('an application that allows one provider has no other opened by a wish', () => {
  assert.equal(stepFor({ wishedMethods: ['minid'] }, { ...ehr, providers: ['ad'] }), 'prove ad');
});
