// What an actor says of organisation and grounds counts at an exchange as at any other ticket (N3, N4, N5).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { attestDetail, saying, singleTenant } from '../../../../test/fakes/context-hub.ts';
import { ContextRegisters } from '../../../../test/fakes/context-registers.ts';
import { OidcClient } from '../../../../test/fakes/oidc-client.ts';
import { catalogue, OidcHub, tokenExchange } from '../../../../test/fakes/oidc-hub.ts';
import type { OidcApplication, PolicyRule } from '../../../core/catalogue/index.ts';
import { accessTokenType } from '../../../core/grants/index.ts';

const rule = (workplaces: readonly string[]): PolicyRule => ({
  ...{ id: 'place', title: 'By place', owner: 'lab', when: { applications: ['journal-actor'], workplaces } },
  ['then' as const]: { kind: 'deny' },
});

/** The usual hub, whose actor speaks for an organisation, and whose lab may ask for accepted terms. */
function hubWith(change: {
  readonly represents?: OidcApplication['represents'];
  readonly rules?: readonly PolicyRule[];
  readonly requiresTerms?: boolean;
}): OidcHub {
  const base = catalogue();
  const registers = new ContextRegisters(() => hub.now);
  const applications = [...base.clients.values()].map((each) =>
    each.id === 'journal-actor' ? { ...each, represents: change.represents } : each,
  );
  const apis = [...base.apis.values()].map((each) =>
    each.id === 'lab' ? { ...each, requiresTerms: change.requiresTerms } : each,
  );
  const hub: OidcHub = new OidcHub({
    catalogue: catalogue({ applications, apis, rules: change.rules ?? [] }),
    registers: {
      organisations: registers.organisations,
      professionals: registers.professionals,
      nationalNumber: registers.nationalNumber,
      holder: async () => undefined,
    },
  });
  return hub;
}

async function exchange(hub: OidcHub, more: (actor: OidcClient) => Record<string, string> = () => ({})) {
  const { access_token } = await new OidcClient(hub, 'ehr').login();
  const actor = new OidcClient(hub, 'journal-actor');
  return actor.token({
    grant_type: tokenExchange,
    subject_token: String(access_token),
    subject_token_type: accessTokenType,
    scope: 'lab/order',
    ...more(actor),
  });
}

describe('an actor', () => {
  test('is held to rules by the organisation that it speaks for', async () => {
    assert.equal((await exchange(hubWith({ represents: singleTenant, rules: [rule(['200000023'])] }))).status, 200);
    const hub = hubWith({ represents: singleTenant, rules: [rule(['200000007'])] });
    const answer = await exchange(hub);
    assert.deepEqual([answer.status, answer.error], [400, 'unauthorized_client']);
    assert.match(JSON.stringify(hub.store.audit.at(-1)), /"rule":"place"/, 'the reference tells which rule');
  });

  test('escapes no rule by speaking for nobody', async () => {
    assert.equal((await exchange(hubWith({ rules: [rule(['none'])] }))).status, 400);
  });

  test('of an organisation that did not accept the terms gets no ticket for the API', async () => {
    assert.equal((await exchange(hubWith({ represents: singleTenant }))).status, 200);
    const answer = await exchange(hubWith({ represents: singleTenant, requiresTerms: true }));
    assert.deepEqual([answer.status, answer.error], [400, 'invalid_scope']);
    assert.match(String(answer.error_description), /terms of the API; rejected_scope: lab\/order/);
  });

  test('says nothing of a person whom it has not logged in', async () => {
    const answer = await exchange(hubWith({ represents: singleTenant }), (actor) => saying(actor, attestDetail()));
    assert.equal(answer.status, 400);
    assert.notEqual(answer.error, 'invalid_client');
  });
});
