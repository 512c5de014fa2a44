// A clinical system that says for whom and on which grounds it asks: in the request, or with one ticket at a time.
// Run:  ISSUER=… CLIENT_ID=… KEY_FILE=… REDIRECT_URI=… node grounds.mjs     (see ../grounds.md)
import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import * as oidc from 'openid-client';

const { ISSUER, CLIENT_ID, KEY_FILE, REDIRECT_URI, PARENT, UNIT } = process.env;
const { kid, ...jwk } = JSON.parse(readFileSync(KEY_FILE, 'utf8'));
const key = await webcrypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);

/** What the clinical system knows and the hub does not. Nothing about the patient: a decision's own id is enough. */
const enh = 'urn:oid:2.16.578.1.12.4.1.4.101';
const attest = (decision) => ({
  type: 'nhn:tillitsrammeverk:parameters',
  practitioner: {
    authorization: { code: 'LE', system: 'urn:oid:2.16.578.1.12.4.1.1.9060' },
    legal_entity: { id: PARENT, system: enh },
    point_of_care: { id: UNIT, system: enh },
  },
  care_relationship: {
    healthcare_service: { code: 'S03', system: 'urn:oid:2.16.578.1.12.4.1.1.8655' },
    purpose_of_use: { code: 'TREAT', system: 'urn:oid:2.16.840.1.113883.1.11.20448' },
    decision_ref: { id: decision, user_selected: true },
  },
});
const unit = {
  type: 'helseid_authorization',
  practitioner_role: { organization: { identifier: { system: enh, type: 'ENH', value: UNIT } } },
};

/** Set while one call of the token endpoint is made: it goes into that call's client assertion. */
let details;
const authentication = oidc.PrivateKeyJwt(
  { key, kid },
  {
    [oidc.modifyAssertion]: (_header, claims) => {
      if (details !== undefined) claims.assertion_details = details;
    },
  },
);
// Plain HTTP is taken on loopback alone, for tests.
const plain = new URL(ISSUER).hostname === '127.0.0.1' ? { execute: [oidc.allowInsecureRequests] } : {};
const metadata = { id_token_signed_response_alg: 'RS256' };
const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, metadata, authentication, plain);
const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'));

async function saying(value, call) {
  details = value;
  try {
    return await call();
  } finally {
    details = undefined;
  }
}
const shown = (name, { access_token, rejected_scope }) => {
  const claims = JSON.parse(Buffer.from(access_token.split('.')[1], 'base64url').toString());
  process.stdout.write(`${JSON.stringify({ name, claims, rejected_scope })}\n`);
};

const browser = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
/** Logs somebody in; `said` goes into the signed request, and into every ticket of this login. */
async function login(said) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
  const parameters = {
    redirect_uri: REDIRECT_URI,
    scope: 'openid profile offline_access journal/read',
    acr_values: 'Level4',
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...(said ? { authorization_details: JSON.stringify(said) } : {}),
  };
  const signed = await oidc.buildAuthorizationUrlWithJAR(config, parameters, { key, kid });
  const url = await oidc.buildAuthorizationUrlWithPAR(config, signed.searchParams, { DPoP });
  process.stdout.write(`${JSON.stringify({ open: url.href })}\n`);
  const back = new URL((await browser.next()).value);
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
  return oidc.authorizationCodeGrant(config, back, checks, undefined, { DPoP });
}
const renew = (tokens) => oidc.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });

// 1. In the request: every ticket of the login says it, until somebody logs in anew.
const lasting = await login([unit, attest('decision-1')]);
shown('in the request', lasting);
shown('renewed', await renew(lasting));

// 2. With a ticket: log in once, then say for each ticket where and why. What is not said is not in it.
const free = await login();
shown('nothing said', free);
const once = await saying([unit, attest('decision-2')], () => renew(free));
shown('with the ticket', once);
shown('nothing said again', await renew(once));

// 3. As a machine: no person, so an organisation and no attest.
const machine = await saying(unit, () => oidc.clientCredentialsGrant(config, { scope: 'journal/read' }, { DPoP }));
shown('a machine', machine);
process.exit(0);
