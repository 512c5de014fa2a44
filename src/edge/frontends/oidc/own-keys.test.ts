// An application's own keys: every check, and the whole rotation, with two processes on one store.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeChecks } from '../../../../test/fakes/check-cases.ts';
import { helseidHub } from '../../../../test/fakes/helseid-hub.ts';
import { type Answer, claimsOf, OidcClient, parsed } from '../../../../test/fakes/oidc-client.ts';
import { issuerUrl, journalAudience, keyOf, OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import { minute } from '../../../../test/fakes/ward.ts';
import { type AlgorithmName, publishedJwk, type SigningKey, signCompact } from '../../../base/jose/index.ts';
import { mostLiveKeys } from '../../../core/grants/index.ts';

type Headers = Record<string, string | readonly string[] | undefined>;
type Method = 'GET' | 'POST' | 'DELETE';

const day = 24 * 60 * minute;
const jwkOf = (name: string, alg: AlgorithmName = 'ES256') => ({ ...publishedJwk(keyOf(name, alg)) });

const ticket = async (client: OidcClient, change = {}): Promise<string> => {
  const answer = await client.machine({ scope: 'client:keys', ...change });
  assert.equal(answer.status, 200, JSON.stringify(answer));
  return String(answer.access_token);
};

interface Bent {
  readonly method?: Method;
  readonly token?: string;
  readonly headers?: Headers;
  readonly body?: unknown;
  readonly text?: string;
  readonly contentType?: string;
  readonly thumbprint?: string;
}

/** Calls the endpoint with a good ticket, with parts bent. */
async function call(client: OidcClient, bent: Bent = {}): Promise<Answer> {
  const { hub } = client;
  const { method = 'POST', thumbprint } = bent;
  const token = bent.token ?? (await ticket(client));
  const path = thumbprint === undefined ? '' : `/${thumbprint}`;
  const htu = client.url('client-keys') + path;
  const proof = client.proof('client-keys', { method, token, claims: { htu } });
  const body = bent.text ?? (method === 'POST' ? JSON.stringify(bent.body ?? jwkOf('robot 2')) : undefined);
  const answer = await hub.call(method, htu, {
    ...(body === undefined ? {} : { body }),
    contentType: bent.contentType ?? 'application/json',
    headers: { authorization: `DPoP ${token}`, dpop: proof, ...bent.headers },
  });
  const text = String(answer.body ?? '');
  if (!text.startsWith('[')) return parsed(answer);
  return { keys: JSON.parse(text), status: answer.status, headers: answer.headers };
}

const robot = (bend: (client: OidcClient) => Bent | Promise<Bent>) => async (hub: OidcHub) => {
  const client = new OidcClient(hub, 'robot');
  return call(client, await bend(client));
};
const forged = (token: string, bent: Record<string, unknown>) =>
  signCompact({ typ: 'at+jwt' }, JSON.stringify({ ...claimsOf(token), ...bent }), keyOf('hub'));

describeChecks('clientKeys', [
  { check: 'clientKeys.header', what: 'no token', run: robot(() => ({ headers: { authorization: undefined } })) },
  {
    check: 'clientKeys.header',
    what: 'as Bearer (O6)',
    run: robot(async (client) => {
      const token = await ticket(client);
      return { token, headers: { authorization: `Bearer ${token}` } };
    }),
  },
  { check: 'clientKeys.token', what: 'nonsense', run: robot(() => ({ token: 'nonsense' })) },
  {
    check: 'clientKeys.token',
    what: 'expired',
    run: robot(async (client) => {
      const token = await ticket(client);
      client.hub.now += 11 * minute;
      return { token };
    }),
  },
  { check: 'dpop.required', what: 'no proof (O6)', run: robot(() => ({ headers: { dpop: undefined } })) },
  {
    check: 'dpop.proof',
    what: 'of another endpoint',
    run: robot(async (client) => {
      const token = await ticket(client);
      return { token, headers: { dpop: client.proof('token', { token }) } };
    }),
  },
  {
    check: 'clientKeys.proof',
    what: 'by another key',
    run: robot(async (client) => {
      const token = await ticket(client);
      return { token, headers: { dpop: client.proof('client-keys', { token, key: keyOf('thief') }) } };
    }),
  },
  {
    check: 'clientKeys.proof',
    what: 'a token that is bound to no key',
    run: robot(async (client) => ({ token: forged(await ticket(client), { cnf: undefined }) })),
  },
  {
    check: 'clientKeys.audience',
    what: 'a ticket for an API',
    run: robot(async (client) => ({ token: forged(await ticket(client), { aud: journalAudience }) })),
  },
  {
    check: 'clientKeys.scope',
    what: 'another scope',
    run: robot(async (client) => ({ token: forged(await ticket(client), { scope: 'openid' }) })),
  },
  {
    check: 'clientKeys.machine',
    what: 'a ticket of a login',
    run: robot(async (client) => {
      const { access_token: token } = await client.login({ scope: 'openid client:keys' });
      return { token: forged(String(token), { aud: issuerUrl, sub: 'robot' }) };
    }),
  },
  {
    check: 'clientKeys.live',
    what: 'revoked',
    run: robot(async (client) => {
      const token = await ticket(client);
      await client.post('revoke', { token });
      return { token };
    }),
  },
  {
    check: 'clientKeys.application',
    what: 'closed meanwhile',
    run: robot(async (client) => {
      const token = await ticket(client);
      client.hub.change('robot', { closed: true });
      return { token };
    }),
  },
  {
    check: 'clientKeys.application',
    what: 'self-service turned off meanwhile',
    run: robot(async (client) => {
      const token = await ticket(client);
      client.hub.change('robot', { scopes: ['openid'] });
      return { token };
    }),
  },
]);

/** Registers further keys, so that the next call meets them. */
const fill = async (client: OidcClient, count: number) => {
  for (let at = 0; at < count; at++) {
    assert.equal((await call(client, { body: jwkOf(`filler ${at}`) })).status, 201);
  }
};
const removed = async (client: OidcClient) => {
  await fill(client, 1);
  const token = await ticket(client);
  client.hub.now += 5000;
  const answer = await call(client, { method: 'DELETE', thumbprint: thumbprintOf('filler 0') });
  assert.equal(answer.status, 204, JSON.stringify(answer));
  return token;
};
const thumbprintOf = (name: string): string => String(jwkOf(name).kid);

describeChecks('newKey', [
  {
    check: 'keys.fresh',
    what: 'with a ticket from before a key was removed',
    run: robot(async (client) => ({ token: await removed(client) })),
  },
  ...[
    ['no JSON', { text: 'nonsense' }],
    ['a list', { text: '[]' }],
    ['a member twice', { text: '{"kty":"EC","kty":"RSA"}' }],
    ['a form', { contentType: 'application/x-www-form-urlencoded', text: 'kty=EC' }],
  ].map(([what, bent]) => ({ check: 'newKey.json', what: String(what), run: robot(() => bent as Bent) })),
  {
    check: 'newKey.allowed',
    what: 'a private key',
    run: robot(() => ({ body: { ...jwkOf('robot 2'), d: 'c2VjcmV0' } })),
  },
  {
    check: 'newKey.allowed',
    what: 'RSA of 1024 bits',
    run: robot(() => ({ body: { kty: 'RSA', e: 'AQAB', n: Buffer.alloc(128, 255).toString('base64url') } })),
  },
  { check: 'newKey.allowed', what: 'RS256 in fapi2 (O4)', run: robot(() => ({ body: jwkOf('robot 2', 'RS256') })) },
  { check: 'newKey.allowed', what: 'a shared key', run: robot(() => ({ body: { kty: 'oct', k: 'c2VjcmV0' } })) },
  {
    check: 'newKey.wellFormed',
    what: 'a point that is not on the curve',
    run: robot(() => ({ body: { ...jwkOf('robot 2'), y: Object(jwkOf('robot')).y } })),
  },
  { check: 'newKey.use', what: 'for encryption', run: robot(() => ({ body: { ...jwkOf('robot 2'), use: 'enc' } })) },
  {
    check: 'newKey.use',
    what: 'to wrap keys',
    run: robot(() => ({ body: { ...jwkOf('robot 2'), use: undefined, key_ops: ['wrapKey'] } })),
  },
  {
    check: 'newKey.keyId',
    what: 'of a live key',
    run: robot(() => ({ body: { ...jwkOf('robot 2'), kid: jwkOf('robot').kid } })),
  },
  { check: 'newKey.keyId', what: 'a line break', run: robot(() => ({ body: { ...jwkOf('robot 2'), kid: 'a\nb' } })) },
  {
    check: 'newKey.keyId',
    what: 'too long',
    run: robot(() => ({ body: { ...jwkOf('robot 2'), kid: 'x'.repeat(129) } })),
  },
  { check: 'newKey.new', what: 'of the record', run: robot(() => ({ body: jwkOf('robot') })) },
  {
    check: 'newKey.new',
    what: 'a key that was removed',
    run: robot(async (client) => {
      await removed(client);
      client.hub.now += 2000;
      return { body: jwkOf('filler 0') };
    }),
  },
  { check: 'newKey.nobodyElses', what: 'of another application', run: robot(() => ({ body: jwkOf('ehr') })) },
  {
    check: 'newKey.room',
    what: 'one too many',
    run: robot(async (client) => {
      await fill(client, mostLiveKeys - 1);
      return {};
    }),
  },
]);

const remove = (bend: (client: OidcClient) => Bent | Promise<Bent>) =>
  robot(async (client) => ({ method: 'DELETE' as const, ...(await bend(client)) }));

describeChecks('keyRemoval', [
  {
    check: 'keys.fresh',
    what: 'with a ticket from before a key was removed',
    run: remove(async (client) => {
      await fill(client, 2);
      const token = await ticket(client);
      client.hub.now += 5000;
      await call(client, { method: 'DELETE', thumbprint: thumbprintOf('filler 0') });
      return { token, thumbprint: thumbprintOf('filler 1') };
    }),
  },
  { check: 'keyRemoval.known', what: 'unknown', run: remove(() => ({ thumbprint: thumbprintOf('robot 9') })) },
  {
    check: 'keyRemoval.known',
    what: 'of another application',
    run: remove(async (client) => {
      await fill(client, 1);
      return { thumbprint: thumbprintOf('ehr') };
    }),
  },
  { check: 'keyRemoval.notLast', what: 'the only one', run: remove(() => ({ thumbprint: thumbprintOf('robot') })) },
]);

/** A client that signs with another key than its first. */
class Rotated extends OidcClient {
  override readonly key: SigningKey;
  constructor(hub: OidcHub, id: string, key: SigningKey) {
    super(hub, id);
    this.key = key;
  }
}

describe('rotation', () => {
  test('old key, new key beside it, old key removed: each step counts at once', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'robot');
    const added = await call(client);
    assert.equal(added.status, 201);
    assert.equal(added.expiration, new Date(hub.now + 365 * day).toISOString());
    assert.equal(added.jwkThumbprint, thumbprintOf('robot 2'));
    const next = new Rotated(hub, 'robot', keyOf('robot 2'));
    assert.equal((await next.machine()).status, 200);
    assert.equal((await client.machine()).status, 200, 'the old key lives on');
    const { keys } = await call(next, { method: 'GET' });
    assert.deepEqual(
      (keys as { jwkThumbprint: string; origin: string }[]).map(({ jwkThumbprint, origin }) => [jwkThumbprint, origin]),
      [
        [thumbprintOf('robot'), 'Gui'],
        [thumbprintOf('robot 2'), 'Api'],
      ],
    );
    assert.equal((await call(next, { method: 'DELETE', thumbprint: thumbprintOf('robot') })).status, 204);
    assert.equal((await client.machine()).error, 'invalid_client', 'the old key is gone, though the record has it');
    assert.equal((await next.machine()).status, 200);
    const kinds = hub.store.audit.map(({ kind, application }) => `${kind} ${application}`);
    assert.ok(kinds.includes('admin.clientKeyAdded robot') && kinds.includes('admin.clientKeyRemoved robot'));
    assert.ok(!JSON.stringify(hub.store.audit).includes(String(Object(jwkOf('robot 2')).x)), 'the trail holds no key');
  });

  test('keys end: of the record by exp, registered ones after their days or earlier', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'robot');
    hub.change('robot', { keyDays: 10 });
    const wished = await call(client, { body: { ...jwkOf('robot 2'), exp: client.seconds + 86_400 * 3 } });
    assert.equal(wished.expiration, new Date(hub.now + 3 * day).toISOString());
    const longer = await call(client, { body: { ...jwkOf('robot 3'), exp: client.seconds + 86_400 * 300 } });
    assert.equal(longer.expiration, new Date(hub.now + 10 * day).toISOString());
    hub.now += 4 * day;
    assert.equal((await new Rotated(hub, 'robot', keyOf('robot 2')).machine()).error, 'invalid_client');
    assert.equal((await new Rotated(hub, 'robot', keyOf('robot 3')).machine()).status, 200);
    for (const id of ['robot', 'machine']) {
      const keys = [{ ...jwkOf(id), exp: Math.floor(hub.now / 1000) + 60 }];
      hub.change(id, { authentication: { method: 'private_key_jwt', jwks: { keys } } });
      assert.equal((await new OidcClient(hub, id).machine()).status, 200);
      hub.now += minute;
      assert.equal((await new OidcClient(hub, id).machine()).error, 'invalid_client', `${id} after exp`);
    }
  });

  test('a key sent as a JSON text counts as well; a key is registered once among all applications', async () => {
    const hub = new OidcHub();
    hub.change('machine', { scopes: ['client:keys'] });
    const texts = await call(new OidcClient(hub, 'robot'), { text: JSON.stringify(JSON.stringify(jwkOf('robot 2'))) });
    assert.equal(texts.status, 201);
    const again = await call(new OidcClient(hub, 'machine'));
    assert.deepEqual([again.status, again.error], [400, 'invalid_client_metadata']);
    assert.equal(hub.store.audit.at(-1)?.kind, 'ticket.replayed');
    assert.deepEqual(
      [...hub.store.clientKeys.values()].map(({ client }) => client),
      ['robot'],
    );
  });

  test('of many changes at one moment one is made: the limit and the last key hold over all processes', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'robot');
    const tokens = await Promise.all(Array.from({ length: 8 }, () => ticket(client)));
    const answers = await Promise.all(tokens.map((token, at) => call(client, { token, body: jwkOf(`filler ${at}`) })));
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    assert.equal(answers.filter(({ status }) => status === 503).length, 7);
    const both = await Promise.all(
      ['robot', [...hub.store.clientKeys.values()][0]?.thumbprint ?? ''].map((each) =>
        call(client, { method: 'DELETE', thumbprint: each === 'robot' ? thumbprintOf('robot') : each }),
      ),
    );
    assert.deepEqual(both.map(({ status }) => status).sort(), [204, 503]);
  });

  test('as clients of HelseID do it: its scope, its address, RSA with PS512', async () => {
    const hub = helseidHub({ scopes: ['nhn:selvbetjening/client', 'journal/read'] });
    const client = new OidcClient(hub, 'epj');
    assert.equal(client.url('client-keys'), `${issuerUrl}/v1/client-secret`);
    const token = await ticket(client, { scope: 'nhn:selvbetjening/client' });
    const added = await call(client, { token, body: jwkOf('epj 2', 'PS512') });
    assert.equal(added.status, 201, JSON.stringify(added));
    assert.ok(Date.parse(String(added.expiration)) > hub.now);
    const { keys } = await call(client, { token, method: 'GET' });
    assert.deepEqual(
      (keys as { origin: string; publicJwk: unknown }[]).map(({ origin, publicJwk }) => [origin, publicJwk]),
      [
        ['Gui', null],
        ['Api', null],
      ],
    );
  });

  test('the ticket is for the hub alone, and only where self-service is on', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'robot');
    assert.equal(claimsOf(await ticket(client)).aud, issuerUrl);
    assert.equal((await new OidcClient(hub, 'machine').machine({ scope: 'client:keys' })).error, 'invalid_scope');
    const metadata = JSON.parse(String((await hub.call('GET', '/helse/.well-known/openid-configuration')).body));
    assert.equal(metadata.client_keys_endpoint, `${issuerUrl}/client-keys`);
    hub.change('robot', { scopes: ['openid'] });
    const without = JSON.parse(String((await hub.call('GET', '/helse/.well-known/openid-configuration')).body));
    assert.equal(without.client_keys_endpoint, undefined);
  });
});
