// Which providers hear of a session's end, as a table of what one thing changes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { upstreamProvider } from '../../../test/fakes/upstream-provider.ts';
import type { Provider } from '../catalogue/snapshot.ts';
import type { Evidence, UpstreamFacts } from '../linking/evidence.ts';
import { upstreamProofs } from './upstream-proofs.ts';

const passing = upstreamProvider({ passLogout: true });
const facts: UpstreamFacts = { issuer: 'https://idp.example', subject: 'x', idToken: 'new.id.token' };
const proof = (change: Partial<Evidence> = {}): Evidence => ({
  id: 'e1',
  connector: 'oidc',
  provider: 'idporten',
  subject: { namespace: 'no-fodselsnummer', value: '01017012345' },
  alternates: [],
  methods: [],
  assurance: 'high',
  provenAt: 1000,
  upstream: facts,
  ...change,
});
const hints = (evidence: readonly Evidence[], provider: Provider | undefined = passing) =>
  upstreamProofs({ evidence }, { providers: new Map(provider ? [[provider.id, provider]] : []) }).map(
    ({ facts: { idToken } }) => idToken,
  );

test('the provider of a proof hears of the end', () => {
  assert.deepEqual(hints([proof()]), ['new.id.token']);
});

test('each provider once, by its newest proof, in whatever order they stand', () => {
  const older = proof({ provenAt: 500, upstream: { ...facts, idToken: 'old.id.token' } });
  assert.deepEqual(hints([proof(), older]), ['new.id.token']);
});

test('nobody hears whose record does not pass logouts on, is gone, or names another issuer by now', () => {
  assert.deepEqual(hints([proof()], upstreamProvider({ passLogout: false })), []);
  assert.deepEqual(upstreamProofs({ evidence: [proof()] }, { providers: new Map() }), []);
  assert.deepEqual(hints([proof()], upstreamProvider({ passLogout: true, issuer: 'https://other.example' })), []);
});

test('a proof without an ID token, or of another kind, tells nobody', () => {
  const { idToken: _none, ...without } = facts;
  assert.deepEqual(hints([proof({ upstream: without }), proof({ provider: 'password', upstream: undefined })]), []);
});
