// Who a ticket is about, towards clients of HelseID: its claims, its subject, and whom the client expects.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { helseidHub, identityScopes } from '../../../../test/fakes/helseid-hub.ts';
import { claimsOf, OidcClient } from '../../../../test/fakes/oidc-client.ts';
import { claimNames } from '../../../core/catalogue/index.ts';

const pid = 'helseid://claims/identity/pid';
const level = 'helseid://claims/identity/security_level';
const everything = { scope: ['openid', 'profile', 'journal/read', ...identityScopes].join(' ') };

/** A hub whose API `journal` wants every claim that there is. */
function tellingHub() {
  const hub = helseidHub();
  hub.changeApi('journal', { claims: claimNames });
  return hub;
}

test('claims follow the granted scopes, in access tokens the record of the API; sub is the pseudonym everywhere', async () => {
  const client = new OidcClient(tellingHub(), 'epj');
  const answer = await client.login(everything);
  const info = await client.userinfo(answer.access_token);
  const renewed = await client.refresh(answer.refresh_token);
  for (const claims of [answer.access_token, answer.id_token, renewed.access_token, renewed.id_token].map(claimsOf)) {
    assert.equal(claims[pid], '01019012345');
    assert.equal(claims[level], '4');
    assert.equal(claims.sub, 'cHNldWRvbnlt');
    assert.equal(claims['helseid://claims/identity/pid_pseudonym'], claims.sub);
    assert.equal(claims.idp, 'card');
    assert.ok(claims.sid && claims.amr);
  }
  assert.equal(info[pid], '01019012345');
  assert.equal(info.sub, 'cHNldWRvbnlt');
  const bare = claimsOf((await client.login({ scope: 'openid journal/read' })).id_token);
  assert.deepEqual(
    Object.keys(bare).filter((name) => name.startsWith('helseid://')),
    [],
  );
});

test('an API that wants no claims is told none, whatever the client asks for; one that wants the number is, without', async () => {
  const quiet = new OidcClient(helseidHub(), 'epj');
  const login = await quiet.login(everything);
  for (const token of [login.access_token, (await quiet.refresh(login.refresh_token)).access_token]) {
    const names = Object.keys(claimsOf(token));
    assert.deepEqual(
      names.filter((name) => name.startsWith('helseid://') || name === 'name'),
      [],
    );
  }
  const telling = new OidcClient(tellingHub(), 'epj');
  const bare = await telling.login({ scope: 'openid journal/read' });
  for (const token of [bare.access_token, (await telling.refresh(bare.refresh_token)).access_token]) {
    assert.equal(claimsOf(token)[pid], '01019012345');
  }
  assert.equal(claimsOf(bare.id_token)[pid], undefined);
});

test('the number is nowhere in what is stored or logged', async () => {
  const hub = tellingHub();
  const client = new OidcClient(hub, 'epj');
  const code = await client.code(everything);
  const stored = () => JSON.stringify([[...hub.store.codes.values()], [...hub.store.grants.values()], hub.store.audit]);
  assert.ok(stored().includes('security_level'), 'other claims are there to be found');
  assert.ok(!stored().includes('01019012345'));
  const answer = await client.redeem(code);
  await client.refresh(answer.refresh_token);
  await client.userinfo(answer.access_token);
  assert.ok(!stored().includes('01019012345'));
});

describe('what a request says of the person and the way in', () => {
  async function loginOf(change: Record<string, string>) {
    const hub = helseidHub();
    const client = new OidcClient(hub, 'epj');
    await client.authorize(change);
    return hub.logins.at(-1)!;
  }

  test('acr_values: the level, providers and methods', async () => {
    const login = await loginOf({ acr_values: 'Level4 idp:card idp:other amr:sc bp:amr:sc unknown idp:' });
    assert.equal(login.assurance, 'high');
    assert.deepEqual(login.wishedProviders, ['card', 'other']);
    assert.deepEqual(login.wishedMethods, ['sc', 'bp:amr:sc']);
    assert.equal((await loginOf({ acr_values: 'High' })).assurance, 'high');
    assert.equal((await loginOf({ acr_values: 'Level3' })).assurance, 'substantial');
    assert.equal((await loginOf({ acr_values: 'Level2' })).assurance, 'low');
    assert.equal((await loginOf({ acr_values: 'idp:card' })).assurance, undefined);
  });

  test('on_behalf_of: the name that the record has for the organisation, and none that it has not', async () => {
    const hub = helseidHub({ onBehalfOf: { '200000007': 'fjord' } });
    const client = new OidcClient(hub, 'epj');
    await client.authorize({ on_behalf_of: '200000007' });
    assert.equal(hub.logins.at(-1)?.onBehalfOf, 'fjord');
    assert.equal((await client.push({ on_behalf_of: '200000023' })).error, 'invalid_request');
  });

  test('claims with an HPR number', async () => {
    const claims = (value: unknown) => ({
      claims: JSON.stringify({ id_token: { 'helseid://claims/hpr/hpr_number': { value } } }),
    });
    assert.equal((await loginOf(claims('9144900'))).expectedHprNumber, '9144900');
    const bad = await new OidcClient(helseidHub(), 'epj').push(claims(9144900));
    assert.equal(bad.error, 'invalid_request');
  });

  test('id_token_hint and claims.sub name the person by their pseudonym; a code for another is refused', async () => {
    const hub = helseidHub();
    const client = new OidcClient(hub, 'epj');
    const { id_token: hint } = await client.login();
    assert.ok((await client.authorize({ id_token_hint: String(hint) })).get('code'));
    assert.equal(hub.logins.at(-1)?.expectedSubject, 'cHNldWRvbnlt');
    const other = await client.authorize({ claims: '{"id_token":{"sub":{"value":"c29tZWJvZHk="}}}' });
    assert.equal(other.get('error'), 'access_denied');
    hub.held = { ...hub.held, pseudonym: 'c29tZWJvZHk=' };
    assert.equal((await client.authorize({ id_token_hint: String(hint) })).get('error'), 'access_denied');
  });
});

test('a logout token names the session, not our own id of the person', async () => {
  const { logoutToken } = await import('./tickets.ts');
  const hub = helseidHub();
  const issuer = hub.catalogue.issuers.get('hub')!;
  const about = { issuer, subject: 'anna', session: 's1', jti: 'j', now: hub.now };
  const of = (id: string) =>
    claimsOf(logoutToken({ ...about, application: hub.catalogue.clients.get(id)! }, hub.keys.get('RS256')!));
  assert.deepEqual([of('epj').sub, of('epj').sid], [undefined, 's1']);
  assert.equal(of('record').sub, 'anna');
});
