// Every check of an answer: refused by it, and let through when it alone is left out (mutation), each under its clause.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  syntheticNumber,
  UpstreamFake,
  upstreamIssuer,
  upstreamProvider,
} from '../../../../test/fakes/upstream-provider.ts';
import type { Provider } from '../../../core/catalogue/index.ts';
import type { ConnectorAnswer, Wish } from '../../../core/journey/index.ts';
import { type AnswerChecks, answerChecks } from './index.ts';

interface Case {
  readonly check: string;
  readonly what: string;
  readonly reason?: string;
  readonly provider?: Provider;
  readonly wish?: Partial<Wish>;
  readonly change: (fake: UpstreamFake) => void;
}

const claim = (name: string, value: unknown) => (fake: UpstreamFake) => {
  fake.claims = (claims) => ({ ...claims, [name]: value });
};
const without = (name: string) => (fake: UpstreamFake) => {
  fake.claims = ({ [name]: _left, ...claims }) => claims;
};
const seconds = (fake: UpstreamFake): number => Math.floor(fake.now / 1000);
const later = (name: string, by: number) => (fake: UpstreamFake) => {
  fake.claims = (claims) => ({ ...claims, [name]: seconds(fake) + by });
};
const parameter = (name: string, value: string | undefined) => (fake: UpstreamFake) => {
  fake.response = ({ [name]: _old, ...rest }) => (value === undefined ? rest : { ...rest, [name]: value });
};

const cases: readonly Case[] = [
  { check: 'response.state', what: 'another login’s state', change: parameter('state', 't'.repeat(43)) },
  { check: 'response.state', what: 'no state', change: parameter('state', undefined) },
  {
    check: 'response.sameProvider',
    what: 'the record names another issuer than the one that was asked',
    change: (fake) => {
      fake.response = (parameters) => {
        // Between going and coming back the record was changed to another issuer; everything else fits the new one.
        fake.provider = upstreamProvider({ issuer: 'https://other.example' });
        fake.metadata = { ...fake.metadata, issuer: 'https://other.example' };
        fake.claims = (claims) => ({ ...claims, iss: 'https://other.example' });
        return { ...parameters, iss: 'https://other.example' };
      };
    },
  },
  { check: 'response.issuer', what: 'O8 mix-up: another issuer', change: parameter('iss', 'https://evil.example') },
  {
    check: 'response.issuer',
    what: 'O8 mix-up: no issuer although it is advertised',
    change: parameter('iss', undefined),
  },
  {
    check: 'response.issuer',
    what: 'another issuer although none is advertised',
    change: (fake) => {
      delete fake.metadata.authorization_response_iss_parameter_supported;
      parameter('iss', 'https://evil.example')(fake);
    },
  },
  {
    check: 'response.available',
    what: 'a disturbance',
    reason: 'upstream.unavailable',
    change: parameter('error', 'temporarily_unavailable'),
  },
  {
    check: 'response.granted',
    what: 'the person said no there',
    reason: 'upstream.cancelled',
    change: parameter('error', 'access_denied'),
  },
  { check: 'response.code', what: 'no code', change: parameter('code', undefined) },
  { check: 'response.code', what: 'a code beyond measure', change: parameter('code', 'x'.repeat(5000)) },
  { check: 'response.code', what: 'a token through the browser', change: parameter('id_token', 'a.b.c') },
  {
    check: 'token.algorithm',
    what: 'an algorithm that this kind of provider does not use',
    change: (fake) => {
      fake.signWith = UpstreamFake.key('idp', 'RS384');
      fake.published.push(fake.signWith);
      without('at_hash')(fake);
    },
  },
  {
    check: 'token.signature',
    what: 'a key that the issuer does not publish',
    change: (fake) => {
      fake.signWith = UpstreamFake.key('stranger', 'RS256');
    },
  },
  { check: 'token.issuer', what: 'another issuer', change: claim('iss', 'https://evil.example') },
  { check: 'token.issuer', what: 'the issuer with a slash more', change: claim('iss', `${upstreamIssuer}/`) },
  { check: 'token.issuer', what: 'no issuer', change: without('iss') },
  { check: 'token.audience', what: 'another client', change: claim('aud', 'other') },
  { check: 'token.audience', what: 'another client beside us', change: claim('aud', ['tillit', 'other']) },
  { check: 'token.audience', what: 'nobody', change: claim('aud', []) },
  { check: 'token.audience', what: 'none', change: without('aud') },
  { check: 'token.authorizedParty', what: 'another client', change: claim('azp', 'other') },
  { check: 'token.expires', what: 'long over', change: later('exp', -11) },
  { check: 'token.expires', what: 'never', change: without('exp') },
  { check: 'token.issuedNow', what: 'made long ago', change: later('iat', -601) },
  { check: 'token.issuedNow', what: 'made ahead', change: later('iat', 11) },
  { check: 'token.issuedNow', what: 'at no time', change: without('iat') },
  { check: 'token.startsNow', what: 'starts later', change: later('nbf', 11) },
  { check: 'token.nonce', what: 'another login’s nonce', change: claim('nonce', 'other') },
  { check: 'token.nonce', what: 'no nonce', change: without('nonce') },
  { check: 'token.accessTokenHash', what: 'of another token', change: claim('at_hash', 'AAAAAAAAAAAAAAAAAAAAAA') },
  { check: 'token.subject', what: 'none', change: without('sub') },
  { check: 'token.subject', what: 'beyond measure', change: claim('sub', 'x'.repeat(256)) },
  {
    check: 'userinfo.subject',
    what: 'UserInfo of another person',
    provider: upstreamProvider({ preset: 'bankid-no' }),
    change: (fake) => {
      fake.claims = ({ pid: _pid, ...claims }) => ({ ...claims, acr: 'urn:bankid:bid;LOA=4' });
      fake.userinfo = { sub: 'sub-2', nnin_altsub: '02027012345' };
    },
  },
  {
    check: 'login.recent',
    what: 'an earlier login although a new one was asked for',
    reason: 'upstream.tooOld',
    wish: { fresh: true },
    change: later('auth_time', -11),
  },
  {
    check: 'login.recent',
    what: 'older than max_age',
    reason: 'upstream.tooOld',
    wish: { maxAgeSeconds: 600 },
    change: later('auth_time', -611),
  },
  {
    check: 'login.recent',
    what: 'no auth_time although it was asked for',
    reason: 'upstream.tooOld',
    wish: { maxAgeSeconds: 600 },
    change: without('auth_time'),
  },
  { check: 'login.past', what: 'a login to come', change: later('auth_time', 11) },
  { check: 'login.past', what: 'a login at no number', change: claim('auth_time', 'yesterday') },
  {
    check: 'level.reached',
    what: 'a lower level than asked for',
    reason: 'upstream.levelTooLow',
    wish: { required: 'high' },
    change: claim('acr', 'idporten-loa-substantial'),
  },
  {
    check: 'level.reached',
    what: 'a level with a name that we do not know is low',
    reason: 'upstream.levelTooLow',
    wish: { required: 'substantial' },
    change: claim('acr', 'urn:tillit:loa:high'),
  },
  {
    check: 'level.reached',
    what: 'no level is low',
    reason: 'upstream.levelTooLow',
    wish: { required: 'substantial' },
    change: without('acr'),
  },
  {
    check: 'level.reached',
    what: 'the provider is approved for less',
    reason: 'upstream.levelTooLow',
    wish: { required: 'high' },
    provider: upstreamProvider({}, { maximumAssurance: 'substantial' }),
    change: () => undefined,
  },
  { check: 'person.named', what: 'no number', reason: 'upstream.subject', change: without('pid') },
  { check: 'person.named', what: 'a number that is none', reason: 'upstream.subject', change: claim('pid', '123') },
  {
    check: 'person.named',
    what: 'A2: a namespace that this provider may not assert',
    reason: 'upstream.subject',
    provider: upstreamProvider({ namespaces: ['se-personnummer'] }),
    change: () => undefined,
  },
  {
    check: 'person.named',
    what: 'A2: a national number from the provider of one organisation',
    reason: 'upstream.subject',
    provider: upstreamProvider({ organisation: 'hospital' }),
    change: () => undefined,
  },
  {
    check: 'person.real',
    what: 'a made-up number',
    reason: 'upstream.testNumber',
    change: claim('pid', syntheticNumber),
  },
];

const nameOf = (answer: ConnectorAnswer): string =>
  answer.kind === 'proven' ? 'proven' : String(answer.detail?.check ?? answer.detail?.cause ?? answer.reason);

async function run(one: Case, checks?: AnswerChecks): Promise<ConnectorAnswer> {
  const fake = new UpstreamFake({
    ...(one.provider === undefined ? {} : { provider: one.provider }),
    ...(checks === undefined ? {} : { checks }),
  });
  one.change(fake);
  return await fake.login(one.wish);
}

const dropped = (name: string): AnswerChecks => ({
  response: answerChecks.response.filter((each) => each.name !== name),
  token: answerChecks.token.filter((each) => each.name !== name),
});

describe('checks: upstream answers', () => {
  const names = [...answerChecks.response, ...answerChecks.token].map(({ name }) => name);

  test('each has a case, a clause and a name of its own', () => {
    assert.deepEqual(
      names.filter((name) => !cases.some(({ check }) => check === name)),
      [],
    );
    assert.equal(new Set(names).size, names.length);
    for (const { clause } of [...answerChecks.response, ...answerChecks.token]) assert.ok(clause.length > 3);
  });

  test('a right answer passes them all', async () => {
    assert.equal((await new UpstreamFake().login({ required: 'high', fresh: true, maxAgeSeconds: 60 })).kind, 'proven');
  });

  for (const one of cases) {
    test(`${one.check}: ${one.what}`, async () => {
      const answer = await run(one);
      assert.equal(nameOf(answer), one.check);
      assert.equal(answer.kind === 'refused' ? answer.reason : '', one.reason ?? 'upstream.invalid');
      let left: string;
      let told: string | undefined;
      try {
        const open = await run(one, dropped(one.check));
        left = nameOf(open);
        told = open.kind === 'refused' ? open.reason : undefined;
      } catch (thrown) {
        left = `threw ${String(thrown)}`;
      }
      assert.notEqual(left, one.check, 'it was left out and still refused');
      // A disturbance is an error like any other but for what the person is told.
      const otherWords = one.check === 'response.available' && told !== one.reason;
      assert.ok(!names.includes(left) || otherWords, `another check stands in for it: ${left}`);
    });
  }
});
