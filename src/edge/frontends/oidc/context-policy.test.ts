// Workplace, role and purpose as conditions: a rule refuses by them at every ticket; terms, the minimum and HPR details.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  attestDetail,
  attestName,
  contextClaims,
  contextHub,
  journalDetail,
  organisationDetail,
  requestObject,
  saying,
  unitDetail,
} from '../../../../test/fakes/context-hub.ts';
import { claimsOf } from '../../../../test/fakes/oidc-client.ts';
import { denyRule } from '../../../../test/fakes/oidc-hub.ts';
import { Problem } from '../../../base/problem.ts';
import type { PolicyRule } from '../../../core/catalogue/index.ts';

const rule = (when: PolicyRule['when']): PolicyRule => ({ ...denyRule(), id: 'clinical', when });
const refusedOf = (hub: ReturnType<typeof contextHub>['hub']) =>
  JSON.stringify(hub.store.audit.filter(({ kind }) => kind.endsWith('refused')).at(-1)?.body);

describe('a rule of a service', () => {
  const noDoctors = { rules: [rule({ professions: ['LE'], purposes: ['TREAT'] })] };

  test('refuses the login by what the request object says', async () => {
    const { hub, single } = contextHub(noDoctors);
    const back = await single.authorize({ request: requestObject(single, attestDetail()) });
    assert.equal(back.get('error'), 'access_denied');
    assert.deepEqual(hub.logins.at(-1)?.context, {
      workplaces: ['200000015', '200000007'],
      professions: ['LE'],
      purposes: ['TREAT'],
    });
    assert.ok((await single.authorize()).get('code'));
  });

  test('refuses a code with an attest; the same code without it is good', async () => {
    const { hub, single } = contextHub(noDoctors);
    const code = await single.code();
    const answer = await single.redeem(code, saying(single, attestDetail()));
    assert.deepEqual([answer.status, answer.error], [400, 'access_denied']);
    assert.match(String(answer.error_description), /^a rule of the service refuses/);
    assert.match(refusedOf(hub), /"rule":"clinical"/, 'the trail says which rule');
    assert.doesNotMatch(String(answer.error_description), /clinical|LE|TREAT/, 'the application does not');
    assert.equal((await single.redeem(code)).status, 200);
  });

  test('refuses a refresh with an attest; the session stands', async () => {
    const { hub, single } = contextHub(noDoctors);
    const { refresh_token } = await single.login();
    const answer = await single.refresh(refresh_token, saying(single, attestDetail()));
    assert.equal(answer.error, 'access_denied');
    assert.match(refusedOf(hub), /"rule":"clinical"/);
    assert.equal((await single.refresh(refresh_token, saying(single, journalDetail))).status, 200);
  });

  test('that came after the login ends a grant whose own attest it refuses, with its explanation', async () => {
    const { hub, single } = contextHub();
    const { refresh_token } = await single.login({ request: requestObject(single, attestDetail()) });
    hub.catalogue = { ...hub.catalogue, rules: new Map([['clinical', rule({ purposes: ['TREAT'] })]]) };
    const answer = await single.refresh(refresh_token);
    assert.deepEqual(
      [answer.error, /refused by clinical/.test(String(answer.error_description))],
      ['invalid_grant', true],
    );
    assert.match(refusedOf(hub), /"rule":"clinical"/);
  });

  test('refuses a machine by the organisation that it asks for', async () => {
    const { hub, multi } = contextHub({ rules: [rule({ workplaces: ['200000023'] })] });
    const other = await multi.machine(saying(multi, organisationDetail('NO:ORGNR:200000023')));
    assert.equal(other.status, 400);
    assert.match(refusedOf(hub), /"rule":"clinical"/);
    assert.equal((await multi.machine(saying(multi, organisationDetail('NO:ORGNR:200000007')))).status, 200);
  });

  test('is not escaped by a client that always speaks for the organisation', async () => {
    const { single } = contextHub({ rules: [rule({ workplaces: ['200000007'] })] });
    assert.equal((await single.authorize()).get('error'), 'access_denied');
    assert.equal((await single.machine()).status, 400);
  });
});

describe('terms of an API', () => {
  const api = { requiresTerms: true };

  test('an organisation that accepted them has its scopes, another is told which it does not get', async () => {
    const { hub, multi } = contextHub({ api });
    const { refresh_token } = await multi.login();
    const good = await multi.refresh(refresh_token, saying(multi, organisationDetail('NO:ORGNR:200000007')));
    assert.deepEqual([claimsOf(good.access_token).aud, good.rejected_scope], ['https://journal.example', undefined]);
    const other = await multi.refresh(refresh_token, saying(multi, organisationDetail('NO:ORGNR:200000023')));
    assert.equal(other.rejected_scope, 'journal/read');
    const claims = claimsOf(other.access_token);
    assert.deepEqual([claims.aud, claims.scope], [multi.issuer.url, ['openid', 'profile']]);
    assert.match(JSON.stringify(hub.store.audit.at(-1)?.body), /"rejectedScope":\["journal\/read"\]/);
  });

  test('at the code too, and a machine without any gets nothing', async () => {
    const { multi } = contextHub({ api });
    assert.equal((await multi.login()).rejected_scope, 'journal/read', 'it speaks for nobody yet');
    const answer = await multi.machine(saying(multi, organisationDetail('NO:ORGNR:200000023')));
    assert.deepEqual([answer.status, answer.error], [400, 'invalid_scope']);
  });
});

describe('the common minimum', () => {
  const minimum = (token: unknown) => {
    const { organisation_parent, organisation_child, supplier, purpose } = claimsOf(token);
    return { organisation_parent, organisation_child, supplier, purpose };
  };

  test('says purpose, supplier and the organisation that was named, in access and ID token', async () => {
    const { multi } = contextHub();
    const said = [organisationDetail('NO:ORGNR:200000007:200000015'), attestDetail()];
    const tokens = await multi.login({ request: requestObject(multi, said) });
    for (const token of [tokens.access_token, tokens.id_token])
      assert.deepEqual(minimum(token), {
        organisation_parent: '200000007',
        organisation_child: '200000015',
        supplier: '100000008',
        purpose: 'TREAT',
      });
  });

  test('says them in one ticket alone when they came with it', async () => {
    const { single } = contextHub();
    const { refresh_token } = await single.login();
    const said = await single.refresh(refresh_token, saying(single, attestDetail()));
    assert.deepEqual(minimum(said.id_token).purpose, 'TREAT');
    assert.deepEqual(minimum((await single.refresh(refresh_token)).access_token).purpose, undefined);
  });

  test('of a machine is the organisation that it always speaks for', async () => {
    const { single } = contextHub();
    const { access_token } = await single.machine();
    assert.equal(minimum(access_token).organisation_parent, '200000007');
  });
});

describe('HPR details', () => {
  const scope = 'openid helseid://scopes/hpr/hpr_number';

  test('are at userinfo for who asked the scope, and are of today', async () => {
    const { hub, single } = contextHub();
    const { access_token, id_token } = await single.login({ scope });
    const info = await single.userinfo(access_token);
    assert.equal(info['helseid://claims/hpr/hpr_number'], '9144889');
    assert.deepEqual(info['helseid://claims/hpr/hpr_details'], {
      approvals: [
        {
          profession: 'LE',
          authorization: { value: '1', description: 'Autorisasjon' },
          requisition_rights: [],
          specialities: [{ value: '1', description: 'Allmennmedisin' }],
        },
      ],
    });
    for (const token of [access_token, id_token])
      assert.equal('helseid://claims/hpr/hpr_details' in claimsOf(token), false);
    const without = await single.userinfo((await single.login({ scope: 'openid' })).access_token);
    assert.equal('helseid://claims/hpr/hpr_details' in without, false);
    assert.equal(
      hub.audited().some((kind) => /refused/.test(kind)),
      false,
    );
  });

  test('are left out when the register does not answer, and of somebody who is not in it', async () => {
    const { registers, single } = contextHub();
    const { access_token } = await single.login({ scope });
    registers.down = new Problem({ kind: 'unavailable', code: 'unavailable' });
    const info = await single.userinfo(access_token);
    assert.deepEqual([info.status, 'helseid://claims/hpr/hpr_details' in info], [200, false]);
    registers.down = undefined;
    registers.numbers.set('anna', '03827910081');
    assert.equal('helseid://claims/hpr/hpr_details' in (await single.userinfo(access_token)), false);
  });
});

test('a ticket of a child says both, the trail names the unit', async () => {
  const { hub, single } = contextHub();
  const answer = await single.machine(saying(single, [unitDetail('200000015'), journalDetail]));
  assert.equal(contextClaims(answer).orgnr_child, '200000015');
  const body = JSON.stringify(hub.store.audit.at(-1)?.body);
  assert.match(body, /"helseid_authorization":\{"carrier":"assertion"/);
  assert.ok(!body.includes(attestName));
});
