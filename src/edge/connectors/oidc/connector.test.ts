// What is asked of a provider, what becomes of its answer, and what a disturbance does: over a provider in memory.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  realNumber,
  syntheticNumber,
  UpstreamFake,
  upstreamIssuer,
  upstreamProvider,
} from '../../../../test/fakes/upstream-provider.ts';
import { providerPresets } from '../../../core/catalogue/index.ts';
import type { ConnectorAnswer } from '../../../core/journey/index.ts';
import { oidcConnector } from './index.ts';

const evidenceOf = (answer: ConnectorAnswer) => {
  assert.ok(answer.kind === 'proven', JSON.stringify(answer));
  return answer.evidence;
};
const causeOf = (answer: { readonly kind: string }) => {
  assert.equal(answer.kind, 'refused');
  const { reason, detail } = answer as Extract<ConnectorAnswer, { kind: 'refused' }>;
  return `${reason} ${String(detail?.cause ?? detail?.check)}`;
};

describe('the request', () => {
  test('is pushed, with PKCE S256, nonce, state, our own callback address, level, freshness and language', async () => {
    const fake = new UpstreamFake();
    const departure = await fake.begin({
      required: 'high',
      fresh: true,
      maxAgeSeconds: 60,
      hint: 'kari',
      locale: 'nb',
    });
    assert.ok(departure.kind === 'redirect');
    assert.equal(
      departure.url,
      `${upstreamIssuer}/authorize?client_id=tillit&request_uri=${encodeURIComponent('urn:example:1')}`,
    );
    const asked = Object.fromEntries(fake.request);
    assert.equal(asked.code_challenge_method, 'S256');
    assert.match(asked.code_challenge ?? '', /^[\w-]{43}$/);
    assert.match(asked.nonce ?? '', /^[\w-]{43}$/);
    assert.equal(asked.state, 's'.repeat(43));
    assert.equal(asked.redirect_uri, 'https://hub.example/login/callback/idporten');
    assert.equal(asked.acr_values, 'idporten-loa-high');
    assert.equal(asked.prompt, 'login');
    assert.equal(asked.max_age, '60');
    assert.equal(asked.ui_locales, 'nb');
    assert.equal(asked.login_hint, undefined, 'ID-porten takes none');
    const { iss, sub, aud, jti, exp, iat } = fake.assertion('/par');
    assert.deepEqual([iss, sub, aud], ['tillit', 'tillit', upstreamIssuer]);
    assert.equal(Number(exp) - Number(iat), 60);
    await fake.begin();
    assert.notEqual(fake.assertion('/par').jti, jti, 'each assertion is new');
  });

  test('says the way in that the application wishes for in the words of its kind or record, and for whom we ask', async () => {
    const askedOf = async (change: Parameters<typeof upstreamProvider>[0], wish: object) => {
      const fake = new UpstreamFake({ provider: upstreamProvider(change) });
      assert.equal((await fake.begin(wish)).kind, 'redirect');
      return Object.fromEntries(fake.request) as Record<string, string | undefined>;
    };
    const wish = { required: 'high', methods: ['minid', 'stranger', 'bp:amr:sc', 'toString'], onBehalfOf: 'fjord' };
    const helseid = await askedOf({ preset: 'helseid' }, wish);
    assert.deepEqual([helseid.acr_values, helseid.on_behalf_of], ['Level4 amr:minid bp:amr:sc', 'fjord']);
    const silent = await askedOf({ preset: 'idporten' }, wish);
    assert.deepEqual([silent.acr_values, silent.onbehalfof], ['idporten-loa-high', 'fjord']);
    const told = await askedOf({ preset: 'idporten', methods: { minid: 'MinID' } }, wish);
    assert.equal(told.acr_values, 'idporten-loa-high MinID', 'as the record has it');
    const other = await askedOf({ preset: 'entra' }, wish);
    assert.deepEqual([other.acr_values, other.onbehalfof, other.on_behalf_of], [undefined, undefined, undefined]);
  });

  test('goes through the browser where nothing is pushed; a provider that must take pushed requests is refused', async () => {
    const plain = new UpstreamFake({ provider: upstreamProvider({ preset: 'generic', levels: { gold: 'high' } }) });
    delete plain.metadata.pushed_authorization_request_endpoint;
    const departure = await plain.begin({ required: 'high', hint: 'kari' });
    assert.ok(departure.kind === 'redirect');
    const asked = new URL(departure.url).searchParams;
    assert.equal(asked.get('acr_values'), 'gold', 'the record’s own name for the level');
    assert.equal(asked.get('login_hint'), 'kari');
    assert.equal(asked.get('code_challenge_method'), 'S256');
    const strict = new UpstreamFake();
    delete strict.metadata.pushed_authorization_request_endpoint;
    assert.match(causeOf(await strict.begin()), /no pushed requests/);
  });

  test('the code is redeemed once, with its verifier, redirect URI and an assertion of its own', async () => {
    const fake = new UpstreamFake();
    evidenceOf(await fake.login());
    const redeemed = fake.asked.filter(({ url }) => url.endsWith('/token'));
    assert.equal(redeemed.length, 1);
    const form = redeemed[0]?.form;
    assert.equal(form?.get('grant_type'), 'authorization_code');
    assert.equal(form?.get('code'), 'code-1');
    assert.match(form?.get('code_verifier') ?? '', /^[\w-]{43}$/);
    assert.equal(fake.assertion('/token').aud, upstreamIssuer);
  });

  test('a sealed secret is sent by basic authentication; one that cannot be opened stops the login', async () => {
    const secret = (sealedSecret: string) =>
      upstreamProvider({ authentication: { method: 'client_secret_basic', sealedSecret } });
    const fake = new UpstreamFake({ provider: secret('abc') });
    evidenceOf(await fake.login());
    const sent = fake.asked.find(({ url }) => url.endsWith('/token'))?.request.headers.authorization ?? '';
    assert.equal(Buffer.from(sent.replace('Basic ', ''), 'base64').toString(), 'tillit:opened+abc');
    assert.match(causeOf(await new UpstreamFake({ provider: secret('lost') }).begin()), /sealed secret/);
  });

  test('DPoP is used where it is offered, and the provider’s nonce is taken up', async () => {
    const fake = new UpstreamFake();
    fake.metadata.dpop_signing_alg_values_supported = ['ES256'];
    fake.instead.set('token', {
      status: 400,
      body: '{"error":"use_dpop_nonce"}',
      headers: { 'dpop-nonce': 'nonce-1', 'content-type': 'application/json' },
    });
    const departure = await fake.begin();
    assert.ok(departure.kind === 'redirect');
    await fake.back(departure.memo);
    const proofs = fake.asked.filter(({ url }) => url.endsWith('/token')).map(({ request }) => request.headers.dpop);
    assert.equal(proofs.length, 2, 'once more with the nonce, and not again');
    const nonce = (proof = '') => JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString()).nonce;
    assert.deepEqual(proofs.map(nonce), [undefined, 'nonce-1']);
  });
});

describe('the evidence', () => {
  test('names the person in the namespace, the level, the methods and when', async () => {
    const fake = new UpstreamFake();
    const evidence = evidenceOf(await fake.login({ required: 'high' }));
    assert.deepEqual(evidence.subject, { namespace: 'no-fodselsnummer', value: realNumber });
    assert.equal(evidence.assurance, 'high');
    assert.deepEqual(evidence.methods, ['BankID']);
    assert.equal(evidence.provenAt, fake.now);
    assert.equal(evidence.upstream?.idToken, undefined, 'the ID token is kept only where logout needs it');
  });

  test('an earlier login keeps its own time: single sign-on there makes nothing younger here', async () => {
    const fake = new UpstreamFake();
    fake.claims = (claims) => ({ ...claims, auth_time: Math.floor(fake.now / 1000) - 5000 });
    assert.equal(evidenceOf(await fake.login()).provenAt, fake.now - 5_000_000);
  });

  test('a test number is taken where the record says so', async () => {
    const fake = new UpstreamFake({ provider: upstreamProvider({ testNumbers: true }) });
    fake.claims = (claims) => ({ ...claims, pid: syntheticNumber });
    assert.equal(evidenceOf(await fake.login()).subject.value, syntheticNumber);
  });

  test('A2: the provider of an organisation names its people in its own namespace alone', async () => {
    const of = async (id: string) => {
      const provider = upstreamProvider({ preset: 'entra', organisation: id, namespaces: [] }, { id });
      const fake = new UpstreamFake({ provider });
      fake.claims = (claims) => ({ ...claims, oid: 'same-object-id', email: 'kari@example.org' });
      return evidenceOf(await fake.login());
    };
    const [one, other] = [await of('hospital'), await of('clinic')];
    assert.deepEqual(one.subject, { namespace: 'oidc:hospital', value: 'same-object-id' });
    assert.deepEqual(other.subject, { namespace: 'oidc:clinic', value: 'same-object-id' });
    assert.deepEqual([one.alternates, one.assurance], [[], 'low']);
  });

  test('methods say the level only of a provider without names for levels, and only those in the record', async () => {
    const level = async (amr: unknown, acr?: string) => {
      const fake = new UpstreamFake({
        provider: upstreamProvider({ preset: 'entra', methodLevels: { mfa: 'substantial' } }),
      });
      fake.claims = (claims) => ({ ...claims, oid: 'o', amr, acr });
      return evidenceOf(await fake.login()).assurance;
    };
    assert.equal(await level(['pwd', 'mfa']), 'substantial');
    assert.equal(await level('mfa'), 'substantial');
    assert.equal(await level(['pwd', 'hwk'], 'high'), 'low');
    assert.equal(await level(['constructor', '__proto__']), 'low');
  });

  test('of several level claims the lowest counts, and a claim of another form is low', async () => {
    const level = async (change: Record<string, unknown>) => {
      const fake = new UpstreamFake({ provider: upstreamProvider({ preset: 'helseid' }) });
      fake.claims = (claims) => ({ ...claims, 'helseid://claims/identity/pid': realNumber, ...change });
      return evidenceOf(await fake.login()).assurance;
    };
    const [inWords, inNumbers] = [
      'helseid://claims/identity/assurance_level',
      'helseid://claims/identity/security_level',
    ];
    assert.equal(await level({ [inWords]: 'high', [inNumbers]: '4' }), 'high');
    assert.equal(await level({ [inWords]: 'high', [inNumbers]: '3' }), 'substantial');
    assert.equal(await level({ [inWords]: 'high', [inNumbers]: 4 }), 'low');
    assert.equal(await level({}), 'low');
    assert.equal(await level({ acr: 'high' }), 'low', 'a claim that this kind of provider does not use');
  });

  test('a number may come from UserInfo of the same person; a level may not', async () => {
    const fake = new UpstreamFake({ provider: upstreamProvider({ preset: 'bankid-no' }) });
    fake.claims = ({ pid: _pid, ...claims }) => ({ ...claims, acr: 'unknown' });
    fake.userinfo = { sub: 'sub-1', nnin_altsub: realNumber, acr: 'urn:bankid:bid;LOA=4' };
    const evidence = evidenceOf(await fake.login());
    assert.equal(evidence.subject.value, realNumber);
    assert.equal(evidence.assurance, 'low');
  });

  test('Freja: a Swedish number only with the country', async () => {
    const number = '195711092642';
    const of = async (country: string) => {
      const fake = new UpstreamFake({
        provider: upstreamProvider({ preset: 'freja', namespaces: ['se-personnummer'] }),
      });
      fake.claims = (claims) => ({
        ...claims,
        'https://frejaeid.com/oidc/claims/personalIdentityNumber': number,
        'https://frejaeid.com/oidc/claims/country': country,
      });
      return await fake.login();
    };
    assert.deepEqual(evidenceOf(await of('SE')).subject, { namespace: 'se-personnummer', value: number });
    assert.match(causeOf(await of('NO')), /person\.named/);
  });

  test('no preset reads a person from a claim that people change or share (A1)', () => {
    for (const [name, { subjects, ownSubject }] of Object.entries(providerPresets)) {
      const claims = [...subjects.map(({ claim }) => claim), ownSubject];
      assert.ok(!claims.some((claim) => claim !== undefined && /mail|name|phone/.test(claim)), name);
    }
  });
});

describe('a disturbance', () => {
  test('is also that our own key is not made yet, a moment after the provider was added', async () => {
    const fake = new UpstreamFake();
    fake.keyReady = false;
    const departure = await fake.begin();
    assert.ok(departure.kind === 'refused' && departure.reason === 'upstream.unavailable');
    fake.keyReady = true;
    assert.equal((await fake.login()).kind, 'proven');
  });

  for (const path of ['openid-configuration', 'jwks', 'par']) {
    test(`at ${path} before going is told, with the other ways open`, async () => {
      const fake = new UpstreamFake();
      fake.down.add(path);
      assert.match(causeOf(await fake.begin()), /^upstream\.unavailable no answer/);
    });
  }
  test('at the token endpoint; and an answer that refuses is no disturbance', async () => {
    const fake = new UpstreamFake();
    fake.down.add('token');
    assert.match(causeOf(await fake.login()), /^upstream\.unavailable no answer/);
    fake.down.clear();
    fake.instead.set('token', { status: 503, body: 'busy' });
    assert.equal(causeOf(await fake.login()), 'upstream.unavailable token answered 503 unreadable');
    fake.instead.set('token', { status: 400, body: '{"error":"invalid_grant"}' });
    assert.equal(causeOf(await fake.login()), 'upstream.invalid token answered 400 invalid_grant');
    fake.instead.set('token', { status: 302, body: '' });
    assert.equal(causeOf(await fake.login()), 'upstream.invalid token answered 302 unreadable');
    fake.instead.set('token', { status: 200, body: '{"access_token":"x"}' });
    assert.equal(causeOf(await fake.login()), 'upstream.invalid token: no id_token');
    fake.instead.set('token', { status: 200, body: '{"id_token":"a.b"}' });
    assert.match(causeOf(await fake.login()), /^upstream\.invalid the ID token is no JWS/);
  });
  test('what the provider writes freely is not written down', async () => {
    const fake = new UpstreamFake();
    fake.instead.set('token', { status: 400, body: '{"error":"kari 01017012345"}' });
    assert.equal(causeOf(await fake.login()), 'upstream.invalid token answered 400 unreadable');
    fake.response = (parameters) => ({ ...parameters, error: 'kari 01017012345' });
    assert.doesNotMatch(JSON.stringify(await fake.login()), /kari/);
  });
  test('a memo that is not ours is refused', async () => {
    const fake = new UpstreamFake();
    assert.match(causeOf(await fake.back({ nonce: 'x' })), /no memo/);
  });
});

describe('discovery', () => {
  const bad: readonly (readonly [string, Record<string, unknown>])[] = [
    ['another issuer', { issuer: 'https://evil.example' }],
    ['an issuer with a slash more', { issuer: `${upstreamIssuer}/` }],
    ['plain HTTP', { token_endpoint: 'http://idp.example/token' }],
    ['a script for an address', { authorization_endpoint: 'javascript:alert(1)' }],
    ['no key set', { jwks_uri: undefined }],
    ['no address', { token_endpoint: 7 }],
  ];
  for (const [what, change] of bad) {
    test(`${what} is refused`, async () => {
      const fake = new UpstreamFake();
      fake.metadata = { ...fake.metadata, ...change };
      assert.match(causeOf(await fake.begin()), /^upstream\.invalid discovery/);
    });
  }

  const count = (fake: UpstreamFake, path: string) => fake.asked.filter(({ url }) => url.endsWith(path)).length;

  test('is read once by many who ask at once, again beside at half life, and kept through a disturbance', async () => {
    const fake = new UpstreamFake();
    await Promise.all([fake.begin(), fake.begin(), fake.begin()]);
    assert.equal(count(fake, 'openid-configuration'), 1);
    fake.now += 31 * 60_000;
    fake.down.add('openid-configuration');
    assert.equal((await fake.begin()).kind, 'redirect');
    assert.equal(count(fake, 'openid-configuration'), 2, 'past half life it is tried beside');
    fake.now += 60 * 60_000;
    assert.equal((await fake.begin()).kind, 'redirect', 'what it said last still counts');
    fake.now += 24 * 60 * 60_000;
    assert.equal((await fake.begin()).kind, 'refused', 'but not for ever');
  });

  test('a key that is not known is looked for, at most once a minute', async () => {
    const fake = new UpstreamFake();
    evidenceOf(await fake.login());
    fake.now += 61_000;
    fake.signWith = UpstreamFake.key('next', 'RS256');
    fake.published.push(fake.signWith);
    evidenceOf(await fake.login());
    const read = count(fake, 'jwks');
    fake.signWith = UpstreamFake.key('stranger', 'RS256');
    for (let tries = 0; tries < 3; tries += 1) assert.match(causeOf(await fake.login()), /token\.signature/);
    assert.equal(count(fake, 'jwks'), read);
  });

  test('no more than a bounded number of calls to one provider are under way', async () => {
    const { provider } = new UpstreamFake();
    let waiting = 0;
    const silent = oidcConnector({
      send: () => {
        waiting += 1;
        return new Promise(() => undefined);
      },
      clock: () => 0,
      random: (bytes) => Buffer.alloc(bytes),
      clientKey: (alg) => UpstreamFake.key('hub', alg),
      openSecret: () => undefined,
      callbackUrl: (id) => id,
    });
    const begin = () => silent.begin(provider, { required: 'low', fresh: false, state: 's' }, 0);
    for (let at = 0; at < 100; at += 1) void begin();
    assert.equal(causeOf(await begin()), 'upstream.unavailable too many requests under way');
    assert.equal(waiting, 1, 'and they share one look at the metadata');
  });
});
