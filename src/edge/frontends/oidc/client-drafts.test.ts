// Drafts of clients: every check, a retry of the same key, keys that are tried through, and nonsense of every kind.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { describeChecks } from '../../../../test/fakes/check-cases.ts';
import { apiKey, draftBody, jwkOf, practice, sendDraft, takingDrafts } from '../../../../test/fakes/draft-hub.ts';
import { issuerUrl, OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import { dayMs } from '../../../base/clock.ts';
import { applicationOfDraft, mostDrafts } from '../../../core/grants/index.ts';

type Sent = Parameters<typeof sendDraft>[2];
/** A draft that is bent in one place. */
const bent =
  (change: Readonly<Record<string, unknown>>, sent: Sent = {}) =>
  async (hub: OidcHub) => {
    takingDrafts(hub);
    return sendDraft(hub, change, sent);
  };
const key = (change: Readonly<Record<string, unknown>>) => bent({ publicJwk: { ...jwkOf('new'), ...change } });
/** What became of the first draft of the key. */
const after =
  (turn: (hub: OidcHub) => void, change: Readonly<Record<string, unknown>> = {}) =>
  async (hub: OidcHub) => {
    takingDrafts(hub);
    assert.equal((await sendDraft(hub)).status, 201);
    turn(hub);
    return sendDraft(hub, change);
  };
const onlyDraft = (hub: OidcHub) => {
  const [draft] = [...hub.store.drafts.values()];
  assert.ok(draft);
  return draft;
};

describeChecks('clientDraft', [
  {
    check: 'draft.tries',
    what: 'eleven keys from one address',
    run: async (hub) => {
      takingDrafts(hub);
      for (let at = 0; at < 10; at++) assert.equal((await sendDraft(hub, {}, { key: `wrong ${at}` })).status, 401);
      const answer = await sendDraft(hub, {}, { key: 'wrong again' });
      if (answer.error === 'slow_down') assert.equal(answer.status, 429);
      assert.equal((await sendDraft(hub)).status, 201, 'the right key is not held up');
      return sendDraft(hub, {}, { key: 'and again' });
    },
  },
  ...(
    [
      ['no key', undefined],
      ['a wrong one', 'wrong'],
      ['two', [apiKey, apiKey]],
      ['of a system at another issuer', 'other'],
      ['of a closed system', 'closed'],
    ] as const
  ).map(([what, sent]) => ({ check: 'draft.apiKey', what, run: bent({}, { key: sent }) })),
  ...(
    [
      ['nonsense', { text: 'nonsense' }],
      ['a list', { text: '[]' }],
      ['a member twice', { text: '{"apiScopes":[],"apiScopes":[]}' }],
      ['a form', { type: 'application/x-www-form-urlencoded' }],
    ] as const
  ).map(([what, sent]) => ({ check: 'draft.json', what, run: bent({}, sent) })),
  ...(
    [
      ['a number that is none', { organizationNumber: '20000000x' }],
      ['no number', { organizationNumber: undefined }],
      ['no scopes', { apiScopes: [] }],
      ['scopes in a text', { apiScopes: 'journal/read' }],
      ['a stranger', { clientName: 'Mine' }],
      ['21 addresses', { redirectUris: Array.from({ length: 21 }, (_, at) => `http://localhost:${at + 1}/cb`) }],
      ['a unit twice', { childOrganizationNumbers: ['200000015', '200000015'] }],
    ] as const
  ).map(([what, change]) => ({ check: 'draft.form', what, run: bent(change) })),
  { check: 'draft.claims', what: 'one', run: bent({ audienceSpecificClientClaims: [{ key: 'herid', value: '1' }] }) },
  { check: 'draft.key', what: 'none', run: bent({ publicJwk: null }) },
  { check: 'draft.key', what: 'a text that is no key', run: bent({ publicJwk: 'nonsense' }) },
  { check: 'newKey.allowed', what: 'a private key', run: key({ d: 'c2VjcmV0' }) },
  {
    check: 'newKey.allowed',
    what: 'RSA of 1024 bits',
    run: bent({ publicJwk: { kty: 'RSA', e: 'AQAB', n: Buffer.alloc(128, 255).toString('base64url') } }),
  },
  { check: 'newKey.wellFormed', what: 'a point that is not on the curve', run: key({ y: Object(jwkOf('robot')).x }) },
  { check: 'newKey.use', what: 'for encryption', run: key({ use: 'enc' }) },
  { check: 'newKey.keyId', what: 'a line break', run: key({ kid: 'a\nb' }) },
  { check: 'newKey.nobodyElses', what: 'of an application', run: bent({ publicJwk: jwkOf('machine') }) },
  { check: 'draft.scopes', what: 'one that the system has not', run: bent({ apiScopes: ['journal/write'] }) },
  { check: 'draft.redirectUris', what: 'elsewhere', run: bent({ redirectUris: ['https://evil.example/cb'] }) },
  { check: 'draft.redirectUris', what: 'another path', run: bent({ redirectUris: ['http://localhost:1/other'] }) },
  { check: 'draft.redirectUris', what: 'another port', run: bent({ redirectUris: ['https://practice.example:8/cb'] }) },
  { check: 'draft.redirectUris', what: 'nonsense', run: bent({ redirectUris: ['javascript:alert(1)'] }) },
  {
    check: 'draft.redirectUris',
    what: 'an address after logout',
    run: bent({ postLogoutRedirectUris: ['http://localhost:1337/cb'] }),
  },
  {
    check: 'draft.returnUri',
    what: 'elsewhere (open redirector)',
    run: bent({ postClientConfirmationRedirectUri: 'https://evil.example/' }),
  },
  {
    check: 'draft.sameKey',
    what: 'with another wish',
    run: after(() => undefined, { apiScopes: ['lab/order'] }),
  },
  {
    check: 'draft.sameKey',
    what: 'after a refusal',
    run: after((hub) => {
      const draft = onlyDraft(hub);
      hub.store.drafts.set(draft.thumbprint, { ...draft, decision: 'refused' });
    }),
  },
  {
    check: 'draft.sameKey',
    what: 'after 30 days',
    run: after((hub) => {
      hub.now += 30 * dayMs;
    }),
  },
  {
    check: 'draft.organisation',
    what: 'unknown',
    run: bent({ organizationNumber: '200000090', childOrganizationNumbers: null }),
  },
  {
    check: 'draft.organisation',
    what: 'closed',
    run: bent({ organizationNumber: '200000023', childOrganizationNumbers: null }),
  },
  {
    check: 'draft.register',
    what: 'that does not answer',
    run: async (hub) => {
      takingDrafts(hub).down = new Error('down');
      const answer = await sendDraft(hub);
      if (answer.error !== undefined) assert.equal(answer.status, 503);
      return answer;
    },
  },
  {
    check: 'draft.member',
    what: 'no member',
    run: bent({ organizationNumber: '200000058', childOrganizationNumbers: null, apiScopes: ['lab/order'] }),
  },
  {
    check: 'draft.member',
    what: 'closed in the register',
    run: bent({ organizationNumber: '200000066', childOrganizationNumbers: null, apiScopes: ['lab/order'] }),
  },
  {
    check: 'draft.terms',
    what: 'not accepted',
    run: bent({ organizationNumber: '200000082', childOrganizationNumbers: null }),
  },
  { check: 'draft.children', what: 'of another', run: bent({ childOrganizationNumbers: ['200000031'] }) },
  { check: 'draft.children', what: 'closed', run: bent({ childOrganizationNumbers: ['200000015', '200000074'] }) },
  { check: 'draft.children', what: 'the parent of its own', run: bent({ childOrganizationNumbers: ['200000007'] }) },
  {
    check: 'draft.room',
    what: 'a hundred wait',
    run: async (hub) => {
      takingDrafts(hub);
      await sendDraft(hub);
      const draft = onlyDraft(hub);
      for (let at = 1; at < mostDrafts; at++) hub.store.drafts.set(`filler ${at}`, { ...draft, id: `${at}` });
      return sendDraft(hub, { publicJwk: jwkOf('one more') });
    },
  },
]);

describe('a draft', () => {
  test('is kept, and becomes an application within the template', async () => {
    const hub = new OidcHub();
    takingDrafts(hub);
    const answer = await sendDraft(hub);
    assert.equal(answer.status, 201, JSON.stringify(answer));
    const draft = onlyDraft(hub);
    assert.deepEqual(
      [answer.clientId, answer.confirmationUri, answer.expiration],
      [draft.id, `https://hub.example/confirm-client/${draft.id}`, new Date(hub.now + 30 * dayMs).toISOString()],
    );
    assert.deepEqual(draft.asks.children, [{ number: '200000015', name: 'FJORD SYKEHUS HF MEDISIN' }]);
    const application = applicationOfDraft(draft, practice, { id: 'fjord', name: 'Fjord' }, hub.catalogue.apis);
    assert.deepEqual(application.scopes, ['openid', 'profile', 'nhn:selvbetjening/client', 'journal/read']);
    assert.deepEqual(application.apis, ['journal']);
    assert.deepEqual(application.grants, ['authorization_code', 'refresh_token', 'client_credentials']);
    assert.deepEqual(application.name, { en: 'Practice (Fjord)', nb: 'Praksis (Fjord)' });
    assert.deepEqual(application.represents, {
      tenancy: 'single',
      parent: '200000007',
      children: ['200000015'],
      allowParent: false,
      allowChild: true,
    });
    const machine = applicationOfDraft(
      { ...draft, asks: { ...draft.asks, redirectUris: [], children: [] } },
      practice,
      { id: 'fjord', name: 'Fjord' },
      hub.catalogue.apis,
    );
    assert.deepEqual([machine.grants, machine.represents?.allowChild], [['client_credentials'], false]);
    const [record] = hub.store.audit.filter(({ kind }) => kind === 'admin.clientDrafted');
    assert.deepEqual([record?.application, record?.organisation], [draft.id, 'fjord']);
    assert.doesNotMatch(JSON.stringify(hub.store.audit), new RegExp(apiKey));
  });

  test('that is sent again, or five times at once, is one draft; key as an object too', async () => {
    const hub = new OidcHub();
    takingDrafts(hub);
    const answers = await Promise.all(Array.from({ length: 5 }, () => sendDraft(hub)));
    const again = await sendDraft(hub, {
      publicJwk: jwkOf('new'),
      apiScopes: ['journal/read', 'nhn:selvbetjening/client'],
    });
    assert.equal(new Set([...answers, again].map(({ clientId }) => clientId)).size, 1);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 201]);
    assert.equal(hub.store.drafts.size, 1);
    assert.equal(again.status, 200);
    const draft = onlyDraft(hub);
    hub.store.drafts.set(draft.thumbprint, { ...draft, decision: 'confirmed' });
    hub.now += 40 * dayMs;
    assert.equal((await sendDraft(hub)).clientId, draft.id, 'a retry that comes after the confirmation');
  });

  test('a key that an application registered for itself is nobody else’s', async () => {
    const hub = new OidcHub();
    takingDrafts(hub);
    await sendDraft(hub);
    hub.store.drafts.clear();
    const answer = await sendDraft(hub);
    assert.deepEqual([answer.status, answer.error], [400, 'invalid_client_metadata']);
    assert.match(String(answer.detail), /registered before/);
    assert.equal(answer.instance, answer.reference);
  });

  test('is offered in the metadata where a system is, and nowhere else is there anything', async () => {
    const hub = new OidcHub();
    const offered = async () =>
      JSON.parse(String((await hub.call('GET', `${issuerUrl}/.well-known/openid-configuration`)).body))
        .client_drafts_endpoint;
    assert.equal(await offered(), undefined);
    assert.equal((await sendDraft(hub)).status, 401);
    takingDrafts(hub);
    assert.equal(await offered(), `${issuerUrl}/client-drafts`);
  });

  test('of any JSON gets an answer of ours, never a 500', async () => {
    const hub = new OidcHub();
    takingDrafts(hub);
    const members = Object.keys(draftBody());
    const anything = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc
        .tuple(fc.constantFrom(...members), fc.jsonValue({ maxDepth: 4 }))
        .map(([name, value]) => draftBody({ [name]: value })),
      fc
        .tuple(fc.constantFrom(...members), fc.string({ unit: 'binary' }))
        .map(([name, value]) => draftBody({ [name]: [value] })),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (value) => {
        const answer = await sendDraft(hub, {}, { text: JSON.stringify(value) });
        assert.ok([200, 201, 400].includes(answer.status), `${answer.status}`);
        if (answer.status === 400) assert.match(String(answer.detail), /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
      }),
      { numRuns: 400 },
    );
  });
});
