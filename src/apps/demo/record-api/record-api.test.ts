// Each check of the core record's API: its own fault is refused by it, and gets in when that check alone is taken out.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JWTVerifyGetKey,
  SignJWT,
} from 'jose';
import { locales } from '../../../wire/codes/index.ts';
import { answerSummary, type RecordApi } from './answer.ts';
import { type CheckName, checkNames } from './check-names.ts';
import { type Agreement, checks } from './checks.ts';
import { KeysUnavailable } from './hub-keys.ts';
import { seenProofs } from './seen-proofs.ts';

const now = 1_800_000_000;
const address = 'https://record.example/api/summary';
const agreement: Agreement = {
  issuer: 'https://hub.example',
  audience: 'https://core-record.example/api',
  level: 'urn:tillit:loa:high',
  organisations: ['100000001'],
  purposes: ['TREAT', 'ETREAT'],
};
const pair = () => generateKeyPair('ES256');
const [hub, stranger, client, thief] = await Promise.all([pair(), pair(), pair(), pair()]);
const hubKeys = createLocalJWKSet({ keys: [{ ...(await exportJWK(hub.publicKey)), kid: 'hub', alg: 'ES256' }] });

type Json = Record<string, unknown>;
const attest = (change: { hpr?: unknown; entity?: unknown; purpose?: unknown; system?: string } = {}): Json => ({
  'nhn:tillitsrammeverk': {
    practitioner: { hpr_nr: { id: change.hpr ?? '9144889' }, legal_entity: { id: change.entity ?? '100000001' } },
    care_relationship: {
      purpose_of_use: {
        code: change.purpose ?? 'TREAT',
        system: change.system ?? 'urn:oid:2.16.840.1.113883.1.11.20448',
      },
    },
  },
});

interface Fault {
  readonly ticket?: Json;
  readonly ticketTyp?: string;
  readonly ticketKey?: CryptoKey;
  readonly proof?: Json;
  readonly proofTyp?: string;
  readonly proofKey?: typeof hub;
  readonly noProof?: boolean;
  readonly twoProofs?: boolean;
  readonly scheme?: string;
}

let counter = 0;
/** A request that is right in all but the fault. */
async function requestWith(fault: Fault) {
  const token = await new SignJWT({
    iss: agreement.issuer,
    aud: agreement.audience,
    exp: now + 300,
    acr: agreement.level,
    hpr_number: '9144889',
    purpose: 'TREAT',
    'helseid://claims/client/claims/orgnr_parent': '100000001',
    authorization_details: attest(),
    cnf: { jkt: await calculateJwkThumbprint(await exportJWK(client.publicKey)) },
    ...fault.ticket,
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'hub', typ: fault.ticketTyp ?? 'at+jwt' })
    .sign(fault.ticketKey ?? hub.privateKey);
  const holder = fault.proofKey ?? client;
  counter += 1;
  const proof = await new SignJWT({
    htm: 'GET',
    htu: address,
    iat: now,
    jti: `proof-${counter}`,
    ath: hash('sha256', token, 'base64url'),
    ...fault.proof,
  })
    .setProtectedHeader({ alg: 'ES256', typ: fault.proofTyp ?? 'dpop+jwt', jwk: await exportJWK(holder.publicKey) })
    .sign(holder.privateKey);
  return {
    method: 'GET',
    address,
    authorization: `${fault.scheme ?? 'DPoP'} ${token}`,
    dpop: fault.noProof ? undefined : fault.twoProofs ? `${proof}, ${proof}` : proof,
  };
}

const api = (without?: CheckName, keys: JWTVerifyGetKey = hubKeys): RecordApi => ({
  agreement,
  hubKeys: keys,
  firstUse: seenProofs(() => now),
  now: () => now,
  checks: checks.filter(({ name }) => name !== without),
});

const faults: readonly (Fault & { readonly what: string; readonly by: CheckName; readonly again?: boolean })[] = [
  { what: 'Bearer instead of DPoP', by: 'scheme', scheme: 'Bearer' },
  { what: 'a ticket that somebody else signed', by: 'signature', ticketKey: stranger.privateKey },
  { what: 'an ID token', by: 'type', ticketTyp: 'JWT' },
  { what: 'another issuer', by: 'issuer', ticket: { iss: 'https://other.example' } },
  { what: 'an issuer that begins alike', by: 'issuer', ticket: { iss: 'https://hub.example/' } },
  { what: 'another API', by: 'audience', ticket: { aud: 'https://ehr.example/api' } },
  { what: 'an expired ticket', by: 'time', ticket: { exp: now } },
  { what: 'a ticket without an end', by: 'time', ticket: { exp: undefined } },
  { what: 'a ticket of tomorrow', by: 'time', ticket: { nbf: now + 86_400 } },
  { what: 'a proof of another type', by: 'proof', proofTyp: 'JWT' },
  { what: 'another address (htu)', by: 'proofRequest', proof: { htu: 'https://ehr.example/api/summary' } },
  { what: 'another path (htu)', by: 'proofRequest', proof: { htu: 'https://record.example/api/all' } },
  { what: 'another method (htm)', by: 'proofRequest', proof: { htm: 'POST' } },
  { what: 'an old proof', by: 'proofTime', proof: { iat: now - 61 } },
  { what: 'a proof of the future', by: 'proofTime', proof: { iat: now + 30 } },
  { what: 'no ath', by: 'proofToken', proof: { ath: undefined } },
  { what: 'the ath of another ticket', by: 'proofToken', proof: { ath: hash('sha256', 'other', 'base64url') } },
  { what: 'another key', by: 'key', proofKey: thief },
  { what: 'a ticket that is bound to no key', by: 'key', ticket: { cnf: undefined } },
  { what: 'a proof that was used before', by: 'once', again: true },
  { what: 'a proof without an id', by: 'once', proof: { jti: undefined } },
  { what: 'a low level', by: 'level', ticket: { acr: 'urn:tillit:loa:low' } },
  {
    what: 'another organisation',
    by: 'organisation',
    ticket: {
      'helseid://claims/client/claims/orgnr_parent': '200000002',
      authorization_details: attest({ entity: '200000002' }),
    },
  },
  {
    what: 'grounds of another organisation',
    by: 'legalEntity',
    ticket: { authorization_details: attest({ entity: '2' }) },
  },
  { what: 'another practitioner', by: 'practitioner', ticket: { authorization_details: attest({ hpr: '1' }) } },
  { what: 'no practitioner', by: 'practitioner', ticket: { hpr_number: undefined } },
  {
    what: 'another purpose',
    by: 'purpose',
    ticket: { purpose: 'HMARKT', authorization_details: attest({ purpose: 'HMARKT' }) },
  },
  { what: 'a purpose that the ticket does not say', by: 'purpose', ticket: { purpose: 'ETREAT' } },
  { what: 'a code of another list', by: 'purpose', ticket: { authorization_details: attest({ system: 'urn:x' }) } },
];

const statusOf = (by: CheckName): number =>
  checks.find(({ name }) => name === by)?.error === 'insufficient_scope' ? 403 : 401;

describe('a fault is refused by its own check, and only by that', () => {
  for (const { what, by, again, ...fault } of faults)
    test(`${what}: ${by}`, async () => {
      const request = await requestWith(fault);
      const whole = api();
      if (again) assert.equal((await answerSummary(whole, request, 'en')).status, 200);
      const { status, json, challenge } = await answerSummary(whole, request, 'en');
      assert.equal(status, statusOf(by), JSON.stringify(json));
      assert.deepEqual(
        json.checks.filter(({ result }) => result === 'failed').map(({ check }) => check),
        [by],
      );
      assert.match(
        challenge ?? '',
        /^DPoP error="[a-z_]+", error_description="[\x20-\x7e]+", (acr_values="[^"]+", )?algs="ES256/,
      );
      assert.deepEqual([json.ticket, json.summary], [undefined, undefined]);
      const missing = api(by);
      if (again) await answerSummary(missing, request, 'en');
      const without = await answerSummary(missing, request, 'en');
      // Nothing is read of a ticket whose signature does not hold, so that others refuse it then.
      assert.equal(without.status, by === 'signature' ? 401 : 200, 'it gets in without the check');
    });

  test('every check has a fault of its own, but for what later checks lean on', () => {
    const shown = new Set(faults.map(({ by }) => by));
    assert.deepEqual(
      checkNames.filter((name) => !shown.has(name)),
      ['attest'],
    );
    assert.deepEqual(
      checks.map(({ name }) => name),
      checkNames,
    );
  });
});

test('no attest is refused as that, and by nothing that leans on it', async () => {
  const request = await requestWith({ ticket: { authorization_details: undefined } });
  const failed = async (given: RecordApi) =>
    (await answerSummary(given, request, 'en')).json.checks.find(({ result }) => result === 'failed')?.check;
  assert.equal(await failed(api()), 'attest');
  assert.notEqual(await failed(api('attest')), 'attest');
});

test('without a proof, or with two, there is none', async () => {
  for (const fault of [{ noProof: true }, { twoProofs: true }]) {
    const { status, json } = await answerSummary(api(), await requestWith(fault), 'en');
    assert.deepEqual([status, json.error], [401, 'invalid_dpop_proof']);
  }
});

test('a right request: every check passed, the ticket, the summary in the language of the reader', async () => {
  const titles = new Set<string>();
  for (const locale of locales) {
    const { status, json, challenge } = await answerSummary(api(), await requestWith({}), locale);
    assert.deepEqual([status, challenge], [200, undefined]);
    assert.ok(json.checks.every(({ result }) => result === 'passed'));
    assert.equal(json.ticket?.['purpose'], 'TREAT');
    titles.add(JSON.stringify(json.summary));
  }
  assert.equal(titles.size, locales.length);
});

test('the query is no part of the address of a proof (RFC 9449 4.3 step 9)', async () => {
  const request = await requestWith({ proof: { htu: 'HTTPS://Record.Example:443/api/summary' } });
  assert.equal((await answerSummary(api(), request, 'en')).status, 200);
});

test('whoever brings nothing is told the scheme, and no error (RFC 6750 3.1)', async () => {
  const nothing = { method: 'GET', address, authorization: undefined, dpop: undefined };
  const { status, challenge } = await answerSummary(api(), nothing, 'en');
  assert.equal(status, 401);
  assert.equal(challenge, 'DPoP algs="ES256 PS256 EdDSA Ed25519"');
});

test('a low level is told which one to ask for (RFC 9470 3)', async () => {
  const { challenge } = await answerSummary(api(), await requestWith({ ticket: { acr: 'low' } }), 'en');
  assert.match(challenge ?? '', /error="insufficient_user_authentication".*acr_values="urn:tillit:loa:high"/);
});

test('what is no token at all is refused and never thrown', async () => {
  for (const word of ['', 'x', 'a.b.c', '....', `${'e30.'.repeat(3)}`, 'eyJhbGciOiJub25lIn0.e30.', '\u0000'])
    for (const dpop of [word, undefined]) {
      const { status } = await answerSummary(
        api(),
        { method: 'GET', address, authorization: `DPoP ${word}`, dpop },
        'en',
      );
      assert.equal(status, 401);
    }
});

test('when the hub’s keys cannot be had, nobody is told that their ticket is wrong', async () => {
  const down: JWTVerifyGetKey = () => Promise.reject(new KeysUnavailable('down'));
  const request = await requestWith({});
  await assert.rejects(answerSummary(api(undefined, down), request, 'en'), KeysUnavailable);
});

test('a proof is remembered as long as it is good, and the memory has an end', () => {
  let at = 0;
  const first = seenProofs(() => at, 2);
  assert.deepEqual([first('a', 10), first('a', 10), first('b', 11), first('c', 12)], [true, false, true, false]);
  at = 10;
  assert.deepEqual([first('c', 20), first('b', 20)], [true, false]);
});
