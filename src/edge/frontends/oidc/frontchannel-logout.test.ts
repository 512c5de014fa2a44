// What a frame of the page after logout opens (OpenID Connect Front-Channel Logout 1.0).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { issuerUrl, OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import { backchannelUri } from './backchannel-logout.ts';
import { frontchannelLogoutUrl } from './frontchannel-logout.ts';
import { metadata } from './metadata.ts';

const uri = 'https://ehr.example/out';
const about = { application: 'ehr', issuer: 'hub', session: 's&1' };
const ask = (change: object, asked: Partial<typeof about> = {}) => {
  const hub = new OidcHub();
  hub.change('ehr', { frontchannelLogoutUri: uri, ...change });
  return frontchannelLogoutUrl(hub.catalogue, { ...about, ...asked });
};

test('the registered address, with issuer and session (section 3)', () => {
  assert.equal(ask({}), `${uri}?${new URLSearchParams({ iss: issuerUrl, sid: 's&1' })}`);
  const url = new URL(ask({ frontchannelLogoutUri: `${uri}?a=b` }) ?? '');
  assert.deepEqual([url.searchParams.get('a'), url.searchParams.get('sid')], ['b', 's&1'], 'its own query is kept');
});

test('both or none: an application that wants no session is not told one', () => {
  assert.equal(ask({ frontchannelLogoutSessionRequired: false }), uri);
});

test('nobody to tell: no address, another issuer, no such application or issuer', () => {
  assert.equal(ask({ frontchannelLogoutUri: undefined }), undefined);
  for (const asked of [{ issuer: 'second' }, { application: 'nobody' }, { issuer: 'gone' }])
    assert.equal(ask({}, asked), undefined);
});

test('the way from server to server, by the same rule', () => {
  const { catalogue } = new OidcHub();
  assert.equal(backchannelUri(catalogue, about), 'https://ehr.example/backchannel');
  for (const asked of [{ issuer: 'second' }, { application: 'nobody' }, { application: 'other' }])
    assert.equal(backchannelUri(catalogue, { ...about, ...asked }), undefined);
});

test('the metadata offers it, with sessions', () => {
  const { catalogue } = new OidcHub();
  const issuer = catalogue.issuers.get('hub');
  assert.ok(issuer);
  const { frontchannel_logout_supported: offered, frontchannel_logout_session_supported: sessions } = metadata(
    issuer,
    catalogue,
  );
  assert.deepEqual([offered, sessions], [true, true]);
});
