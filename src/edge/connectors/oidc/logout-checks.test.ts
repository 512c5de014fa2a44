// Every check of a logout token: refused by it, and let through when it alone is left out (mutation), each under its clause.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UpstreamFake, upstreamIssuer, upstreamProvider } from '../../../../test/fakes/upstream-provider.ts';
import { signCompact } from '../../../base/jose/index.ts';
import type { Provider } from '../../../core/catalogue/index.ts';
import { type LogoutChecks, logoutChecks, logoutEvent } from './index.ts';

type Claims = Record<string, unknown>;

interface Case {
  readonly check: string;
  readonly what: string;
  readonly provider?: Provider;
  readonly token: (fake: UpstreamFake) => string;
}

const claim = (name: string, value: unknown) => (fake: UpstreamFake) =>
  fake.logoutToken((claims) => ({ ...claims, [name]: value }));
const without =
  (...names: readonly string[]) =>
  (fake: UpstreamFake) =>
    fake.logoutToken((claims) => Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name))));
const later = (name: string, by: number) => (fake: UpstreamFake) =>
  fake.logoutToken((claims) => ({ ...claims, [name]: Math.floor(fake.now / 1000) + by }));
const typed = (typ: string | undefined) => (fake: UpstreamFake) =>
  fake.logoutToken(undefined, typ === undefined ? {} : { typ });
const signedWith = (name: string, alg: 'RS256' | 'RS384', published: boolean) => (fake: UpstreamFake) => {
  fake.signWith = UpstreamFake.key(name, alg);
  if (published) fake.published.push(fake.signWith);
  return fake.logoutToken();
};
const helseid = upstreamProvider({ preset: 'helseid' });
const byEs256 = (typ: object) => (fake: UpstreamFake) => {
  fake.signWith = UpstreamFake.key('idp', 'ES256');
  fake.published.push(fake.signWith);
  return fake.logoutToken(undefined, { ...typ });
};

const cases: readonly Case[] = [
  {
    check: 'logout.algorithm',
    what: 'one that this kind of provider does not use',
    token: signedWith('idp', 'RS384', true),
  },
  { check: 'logout.type', what: 'an access token', token: typed('at+jwt') },
  { check: 'logout.type', what: 'an entity statement', token: typed('entity-statement+jwt') },
  { check: 'logout.type', what: 'none, of a provider that says it', provider: helseid, token: byEs256({}) },
  {
    check: 'logout.type',
    what: 'JWT, of a provider that says more',
    provider: helseid,
    token: byEs256({ typ: 'JWT' }),
  },
  { check: 'logout.issuer', what: 'another', token: claim('iss', 'https://evil.example') },
  { check: 'logout.issuer', what: 'a slash more', token: claim('iss', `${upstreamIssuer}/`) },
  { check: 'logout.issuer', what: 'none', token: without('iss') },
  { check: 'logout.audience', what: 'another client', token: claim('aud', 'other') },
  { check: 'logout.audience', what: 'another client beside us', token: claim('aud', ['tillit', 'other']) },
  { check: 'logout.audience', what: 'nobody', token: claim('aud', []) },
  { check: 'logout.audience', what: 'none', token: without('aud') },
  { check: 'logout.issuedNow', what: 'made long ago', token: later('iat', -601) },
  { check: 'logout.issuedNow', what: 'made ahead', token: later('iat', 11) },
  { check: 'logout.issuedNow', what: 'at no time', token: without('iat') },
  { check: 'logout.expires', what: 'over', token: later('exp', -10) },
  { check: 'logout.expires', what: 'never', token: without('exp') },
  { check: 'logout.endsSoon', what: 'lasts for more than an hour', token: later('exp', 3601) },
  { check: 'logout.startsNow', what: 'starts later', token: later('nbf', 11) },
  { check: 'logout.event', what: 'none', token: without('events') },
  { check: 'logout.event', what: 'another event', token: claim('events', { [`${logoutEvent}x`]: {} }) },
  { check: 'logout.event', what: 'a list', token: claim('events', [logoutEvent]) },
  { check: 'logout.event', what: 'whose value is no object', token: claim('events', { [logoutEvent]: true }) },
  { check: 'logout.event', what: 'whose value is null', token: claim('events', { [logoutEvent]: null }) },
  { check: 'logout.noNonce', what: 'a nonce', token: claim('nonce', 'n') },
  { check: 'logout.noNonce', what: 'an empty nonce', token: claim('nonce', null) },
  { check: 'logout.named', what: 'nobody and no session', token: without('sub', 'sid') },
  { check: 'logout.named', what: 'a session that is no text', token: claim('sid', 7) },
  { check: 'logout.named', what: 'a session without a name', token: claim('sid', '') },
  { check: 'logout.named', what: 'a session beyond measure', token: claim('sid', 'x'.repeat(257)) },
  { check: 'logout.named', what: 'a person beyond measure', token: claim('sub', 'x'.repeat(256)) },
  { check: 'logout.tokenId', what: 'none', token: without('jti') },
  {
    check: 'logout.signature',
    what: 'a key that the issuer does not publish',
    token: signedWith('stranger', 'RS256', false),
  },
  {
    check: 'logout.signature',
    what: 'claims that were changed',
    token: (fake) => {
      const [head, , signature] = fake.logoutToken().split('.');
      const [, other] = fake.logoutToken((claims) => ({ ...claims, sid: 'of-somebody-else' })).split('.');
      return [head, other, signature].join('.');
    },
  },
];

async function run(one: Case, checks?: LogoutChecks): Promise<string> {
  const fake = new UpstreamFake(one.provider === undefined ? {} : { provider: one.provider });
  const verdict = await fake.judgeLogout(one.token(fake), checks);
  return verdict.kind === 'refused' ? verdict.check : verdict.kind;
}

const dropped = (name: string): LogoutChecks => ({
  token: logoutChecks.token.filter((each) => each.name !== name),
  signature: logoutChecks.signature.filter((each) => each.name !== name),
});

describe('checks: logout tokens of providers', () => {
  const all = [...logoutChecks.token, ...logoutChecks.signature];

  test('each has a case, a clause and a name of its own', () => {
    const covered = new Set(cases.map(({ check }) => check));
    assert.deepEqual(
      all.filter(({ name }) => !covered.has(name)),
      [],
    );
    assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
    for (const { clause } of all) assert.ok(clause.length > 3);
  });

  for (const one of cases) {
    test(`${one.check}: ${one.what}`, async () => {
      assert.equal(await run(one), one.check);
      assert.equal(await run(one, dropped(one.check)), 'ended', 'it was left out and the token is still not taken');
    });
  }
});

describe('a right logout token', () => {
  const rows: readonly (readonly [string, (claims: Claims) => Claims, object])[] = [
    ['of a session and its person', (claims) => claims, { session: 'sid-1', subject: 'sub-1' }],
    ['of a session', ({ sub: _sub, ...claims }) => claims, { session: 'sid-1', subject: undefined }],
    ['of a person', ({ sid: _sid, ...claims }) => claims, { session: undefined, subject: 'sub-1' }],
  ];
  for (const [what, change, named] of rows) {
    test(what, async () => {
      const fake = new UpstreamFake();
      assert.deepEqual(await fake.judgeLogout(fake.logoutToken(change)), {
        kind: 'ended',
        jti: `jti-${fake.now / 1000}`,
        expiresAt: fake.now + 120_000,
        end: { provider: 'idporten', issuer: upstreamIssuer, at: fake.now, ...named },
      });
    });
  }

  test('says what it is, or nothing; in any case of letters (RFC 7515 4.1.9)', async () => {
    const fake = new UpstreamFake();
    for (const header of [{}, { typ: 'JWT' }, { typ: 'Logout+JWT' }, { typ: 'application/logout+jwt' }])
      assert.equal((await fake.judgeLogout(fake.logoutToken(undefined, header))).kind, 'ended', JSON.stringify(header));
  });
});

describe('a token of another kind', () => {
  test('an ID token is no logout token, and a logout token no ID token', async () => {
    const fake = new UpstreamFake();
    let idToken = '';
    fake.claims = (claims) => {
      idToken = signCompact({ typ: 'JWT' }, JSON.stringify(claims), fake.signWith);
      return claims;
    };
    assert.equal((await fake.login()).kind, 'proven');
    const verdict = await fake.judgeLogout(idToken);
    assert.equal(verdict.kind === 'refused' && verdict.check, 'logout.event');

    const { events, jti, sid } = JSON.parse(
      Buffer.from(fake.logoutToken().split('.')[1] ?? '', 'base64url').toString(),
    ) as Claims;
    // With all that a login needs but the nonce, which a logout token never has.
    fake.claims = ({ nonce: _nonce, ...claims }) => ({ ...claims, events, jti, sid });
    const answer = await fake.login();
    assert.equal(answer.kind === 'refused' && answer.detail?.check, 'token.nonce');
  });

  test('what is no signed token at all: unsigned, encrypted, with a critical extension, too long, not of claims', async () => {
    const fake = new UpstreamFake();
    const right = fake.logoutToken();
    const [, body = '', signature = ''] = right.split('.');
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const wrong: readonly string[] = [
      '',
      'x',
      `${part({ alg: 'none' })}.${body}.`,
      `${part({ alg: 'none' })}.${body}.${signature}`,
      `${right}.x.y`,
      fake.logoutToken(undefined, { typ: 'logout+jwt', crit: ['exp'] }),
      fake.logoutToken(undefined, { typ: 'logout+jwt', b64: false }),
      fake.logoutToken((claims) => ({ ...claims, filling: 'x'.repeat(9000) })),
      fake.logoutToken((claims) => ({ ...claims, exp: 'soon' })),
      fake.logoutToken((claims) => ({ ...claims, jti: '' })),
      signCompact({ typ: 'logout+jwt' }, '[]', fake.signWith),
    ];
    for (const token of wrong) {
      const verdict = await fake.judgeLogout(token);
      assert.equal(verdict.kind, 'refused', token.slice(0, 80));
      assert.ok(verdict.kind === 'refused' && ['logout.readable', 'logout.algorithm'].includes(verdict.check));
    }
  });
});

describe('strangers order no work', () => {
  const asked = (fake: UpstreamFake, path: string) => fake.asked.filter(({ url }) => url.endsWith(path)).length;

  test('nothing is fetched for a token that is wrong already', async () => {
    for (const one of cases.filter(({ check }) => check !== 'logout.signature')) {
      const fake = new UpstreamFake(one.provider === undefined ? {} : { provider: one.provider });
      await fake.judgeLogout(one.token(fake));
      assert.equal(fake.asked.length, 0, one.what);
    }
  });

  test('keys of unknown name are looked for once a minute, and logins have a minute of their own', async () => {
    const fake = new UpstreamFake();
    await fake.reader.of(fake.provider.upstream as never);
    fake.now += 61_000;
    fake.signWith = UpstreamFake.key('stranger', 'RS256');
    for (let tries = 0; tries < 20; tries += 1) await fake.judgeLogout(fake.logoutToken());
    assert.equal(asked(fake, 'jwks'), 2);
    // The provider turns its key in this very minute: a login finds it all the same.
    fake.signWith = UpstreamFake.key('turned', 'RS256');
    fake.published.push(fake.signWith);
    assert.equal((await fake.login()).kind, 'proven');
    assert.equal(asked(fake, 'jwks'), 3);
    assert.equal((await fake.judgeLogout(fake.logoutToken())).kind, 'ended');
  });

  test('a provider that does not answer is asked once a minute; it may send the token again', async () => {
    const fake = new UpstreamFake();
    fake.down.add('openid-configuration');
    for (let tries = 0; tries < 20; tries += 1)
      assert.equal((await fake.judgeLogout(fake.logoutToken())).kind, 'unavailable');
    assert.equal(fake.asked.length, 1);
    fake.down.clear();
    fake.now += 61_000;
    assert.equal((await fake.judgeLogout(fake.logoutToken())).kind, 'ended');
  });

  test('what it said before counts while it does not answer', async () => {
    const fake = new UpstreamFake();
    assert.equal((await fake.judgeLogout(fake.logoutToken())).kind, 'ended');
    fake.down.add('openid-configuration');
    fake.now += 2 * 3_600_000;
    for (let tries = 0; tries < 20; tries += 1)
      assert.equal((await fake.judgeLogout(fake.logoutToken())).kind, 'ended');
    assert.equal(asked(fake, 'openid-configuration'), 2);
  });
});
