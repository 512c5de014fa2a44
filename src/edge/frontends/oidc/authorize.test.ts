// The authorization endpoint: its checks, what comes back, and what can be done once.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { askPerson, newestOf } from '../../../../test/fakes/backchannel-user.ts';
import { describeChecks } from '../../../../test/fakes/check-cases.ts';
import { browserRequest } from '../../../../test/fakes/device-user.ts';
import { backOf, claimsOf, OidcClient, parsed } from '../../../../test/fakes/oidc-client.ts';
import { encoded, issuerUrl, journalAudience, labAudience, OidcHub } from '../../../../test/fakes/oidc-hub.ts';
import { authorize, type Bent, browse, onlyObject, pushed } from '../../../../test/fakes/oidc-requests.ts';
import { formCases } from '../../../../test/fakes/shared-cases.ts';
import { bo, proof } from '../../../../test/fakes/ward.ts';
import type { LoginOutcome, Turn } from '../../../core/journey/index.ts';

describeChecks('authorize', [
  ...formCases((hub, { form, body }) =>
    form === undefined && body === undefined
      ? hub.call('POST', '/helse/authorize', { form: { client_id: 'ehr' }, contentType: 'application/json' })
      : hub
          .call('GET', `/helse/authorize?${body ?? encoded({ client_id: 'ehr', ...(form as Record<string, string>) })}`)
          .then(parsed),
  ),
  { check: 'authorize.client', what: 'absent', run: (hub) => authorize(hub, {}) },
  { check: 'authorize.client', what: 'unknown', run: (hub) => authorize(hub, { client_id: 'nobody' }) },
  { check: 'authorize.client', what: '__proto__', run: (hub) => authorize(hub, { client_id: '__proto__' }) },
  { check: 'authorize.client', what: 'of another issuer', run: (hub) => authorize(hub, { client_id: 'elsewhere' }) },
  { check: 'authorize.open', what: 'closed', run: (hub) => authorize(hub, { client_id: 'shut' }) },
  ...['https://evil.example/r', 'http://127.0.0.1/', 'file:///etc/passwd', 'urn:example:x'].map((uri) => ({
    check: 'authorize.requestUri',
    what: `${uri} (O10)`,
    run: (hub: OidcHub) => authorize(hub, { client_id: 'ehr', request_uri: uri }),
  })),
  {
    check: 'authorize.oneRequest',
    what: 'a request object beside it',
    run: async (hub) => authorize(hub, { client_id: 'ehr', request_uri: await pushed(hub), request: 'e30.e30.e30' }),
  },
  {
    check: 'authorize.pushed',
    what: 'unknown',
    run: (hub) => authorize(hub, { client_id: 'ehr', request_uri: 'urn:ietf:params:oauth:request_uri:x' }),
  },
  {
    check: 'authorize.pushedClient',
    what: 'of another client',
    run: async (hub) => authorize(hub, { client_id: 'other', request_uri: await pushed(hub) }),
  },
  {
    check: 'authorize.pushedFresh',
    what: 'after 90 s',
    run: async (hub) => {
      const uri = await pushed(hub);
      hub.now += 90_000;
      return authorize(hub, { client_id: 'ehr', request_uri: uri });
    },
  },
  {
    check: 'authorize.unspent',
    what: 'a second time',
    run: async (hub) => {
      const query = { client_id: 'ehr', request_uri: await pushed(hub) };
      assert.equal((await authorize(hub, query)).status, 303);
      return authorize(hub, query);
    },
  },
  {
    check: 'authorize.redirectUri',
    what: 'no longer registered (O1)',
    run: async (hub) => {
      const uri = await pushed(hub);
      hub.change('ehr', { redirectUris: ['https://ehr.example/other'] });
      return authorize(hub, { client_id: 'ehr', request_uri: uri });
    },
  },
]);

/** A login that ends as `change` makes of a granted one. */
const ending =
  (change: (hub: OidcHub, turn: Turn & { kind: 'done' }) => Partial<LoginOutcome>, bent: Bent = {}) =>
  async (hub: OidcHub) => {
    hub.login = (request) => {
      const turn = hub.letIn(request);
      if (turn.kind !== 'done') throw new Error('not done');
      return { ...turn, outcome: { ...turn.outcome, ...change(hub, turn) } as LoginOutcome };
    };
    return authorize(hub, { client_id: 'ehr', request_uri: await pushed(hub, bent) });
  };

describeChecks('codeIssue', [
  {
    check: 'answer.application',
    what: 'closed while the person logged in',
    run: ending((hub) => {
      hub.change('ehr', { closed: true });
      return {};
    }),
  },
  {
    check: 'answer.permit',
    what: 'about another person than the session',
    run: ending((hub) => ({ session: { ...hub.session, person: 'bo' } })),
  },
  {
    check: 'answer.apis',
    what: 'decided without the API that is asked for (N5)',
    run: async (hub) => {
      hub.login = (request) => hub.letIn({ ...request, apis: [] });
      return new OidcClient(hub, 'ehr').authorize();
    },
  },
  {
    check: 'answer.assurance',
    what: 'below what was asked for',
    run: (hub) => {
      hub.store.sessions.set('s1', { ...hub.session, evidence: [proof('anna', 'password')] });
      return ending(() => ({}), { acr_values: 'urn:tillit:loa:high' })(hub);
    },
  },
  {
    check: 'answer.assurance',
    what: 'below the minimum',
    run: (hub) => {
      hub.store.sessions.set('s1', { ...hub.session, evidence: [proof('anna', 'password')] });
      return ending(() => {
        hub.change('ehr', { minimumAssurance: 'high' });
        return {};
      })(hub);
    },
  },
  {
    check: 'answer.subject',
    what: 'another than asked for',
    run: ending(() => ({}), { claims: '{"id_token":{"sub":{"value":"bo"}}}' }),
  },
  {
    check: 'answer.person',
    what: 'another than the one who was asked through the back channel',
    run: async (hub) => {
      hub.store.people.set('bo', bo);
      await askPerson(new OidcClient(hub, 'thick'), { login_hint: 'bo' });
      return (await newestOf(hub, 'bo')).allow(browserRequest()).catch(() => undefined);
    },
  },
  {
    check: 'answer.session',
    what: 'ended meanwhile',
    run: ending((hub) => ({ session: { ...hub.session, endedAt: hub.now } })),
  },
]);

describe('pushed requests', () => {
  test('a request_uri for 90 s, as a record under its hash', async () => {
    const hub = new OidcHub();
    const answer = await new OidcClient(hub, 'ehr').push();
    assert.equal(answer.status, 201);
    assert.match(String(answer.request_uri), /^urn:ietf:params:oauth:request_uri:[\w-]{43}$/);
    assert.equal(answer.expires_in, 90);
    const [hash, kept] = [...hub.store.pushed][0]!;
    assert.ok(!String(answer.request_uri).includes(hash));
    assert.equal(kept.expiresAt, hub.now + 90_000);
    assert.equal(hub.store.commits, 1);
  });

  test('a proof is voluntary; with one the nonce is asked for, and given on success', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    assert.equal((await client.push()).headers['dpop-nonce'], undefined);
    const answer = await client.push({}, { headers: { dpop: client.proof('par') } });
    assert.equal(answer.headers['dpop-nonce'], hub.nonce());
  });

  test('what counts of a signed request is inside it alone', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'signed');
    const answer = await client.push({ ...onlyObject(client), state: 'outside', scope: 'openid journal/write' });
    assert.equal(answer.status, 201, JSON.stringify(answer));
    const back = backOf(await hub.call('GET', client.authorizeUrl(answer.request_uri)));
    assert.equal(back.get('state'), 'inside');
    const again = await client.push(onlyObject(client));
    assert.equal(again.error, 'invalid_request_object', 'the jti of a request object counts once');
  });
});

describe('the authorization endpoint', () => {
  test('303 with code, state and iss; the request_uri is spent by the code, not by a look', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const uri = await pushed(hub);
    hub.login = () => ({ kind: 'interact', journey: 'j1' });
    for (let reload = 0; reload < 3; reload++) {
      const page = await hub.call('GET', client.authorizeUrl(uri));
      assert.equal(page.status, 303);
      assert.equal(page.headers.location, 'https://hub.example/login/j1');
    }
    hub.login = (request) => hub.letIn(request);
    const answer = await hub.call('GET', client.authorizeUrl(uri));
    const back = backOf(answer);
    assert.deepEqual([...back.keys()], ['code', 'state', 'iss']);
    assert.equal(back.get('iss'), issuerUrl);
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.equal((await hub.call('GET', client.authorizeUrl(uri))).status, 400);
  });

  test('two tabs of one request_uri: one code, also when the login took long', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const uri = await pushed(hub);
    hub.login = () => ({ kind: 'interact', journey: 'j' });
    await hub.call('GET', client.authorizeUrl(uri));
    await hub.call('GET', client.authorizeUrl(uri));
    hub.now += 10 * 60_000;
    const ends = hub.logins.map((request) => {
      const turn = hub.letIn(request);
      if (turn.kind !== 'done') throw new Error('not done');
      return hub.frontend.answer(turn.request, turn.outcome);
    });
    const [first, second] = await Promise.allSettled(ends);
    assert.equal(first?.status, 'fulfilled');
    assert.equal(second?.status, 'rejected');
    assert.equal(hub.store.codes.size, 1);
  });

  test('a registered query stays, a custom scheme works', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    for (const [uri, start] of [
      ['https://ehr.example/cb?tenant=1', 'https://ehr.example/cb?tenant=1&code='],
      ['app.ehr:/cb', 'app.ehr:/cb?code='],
    ] as const) {
      const answer = await hub.call('GET', client.authorizeUrl(await pushed(hub, { redirect_uri: uri })));
      assert.ok(String(answer.headers.location).startsWith(start), String(answer.headers.location));
    }
  });

  test('form_post: a page that posts itself, escaped, with a policy for its one script', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const uri = await pushed(hub, { response_mode: 'form_post', state: '"><script>x', ui_locales: 'nn sv' });
    const answer = await hub.call('GET', client.authorizeUrl(uri));
    assert.equal(answer.status, 200);
    const body = String(answer.body);
    assert.match(body, /<form method="post" action="https:\/\/ehr\.example\/cb">/);
    assert.match(body, /name="code" value="[\w-]{43}"/);
    assert.match(body, /name="iss" value="https:\/\/hub\.example\/helse"/);
    assert.match(body, /&quot;&gt;&lt;script&gt;x/);
    assert.match(body, /<button>Hald fram<\/button>/);
    const policy = String(answer.headers['content-security-policy']);
    assert.match(policy, /script-src 'sha256-[A-Za-z0-9+/=]{44}'/);
    assert.match(policy, /form-action 'self' https:\/\/ehr\.example https:;/);
    assert.ok(!policy.includes('unsafe'));
  });

  test('a POST comes back as a GET, for the cookies; plain parameters only in basic', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'portal');
    const answer = await hub.call('POST', '/helse/authorize', {
      form: client.request({ client_id: 'portal' }) as never,
    });
    assert.equal(answer.status, 303);
    assert.equal(hub.logins.length, 0);
    const location = String(answer.headers.location);
    assert.ok(location.startsWith(`${issuerUrl}/authorize?client_id=portal&request_uri=`));
    assert.equal(backOf(await hub.call('GET', location)).get('state'), 'state-1');
  });

  test('a posted request_uri is carried on as a GET and still spent once', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const uri = await pushed(hub);
    const answer = await hub.call('POST', '/helse/authorize', { form: { client_id: 'ehr', request_uri: uri } });
    assert.equal(answer.headers.location, `https://hub.example${client.authorizeUrl(uri)}`);
    assert.ok(backOf(await hub.call('GET', String(answer.headers.location))).has('code'));
    assert.equal((await hub.call('GET', client.authorizeUrl(uri))).status, 400);
  });

  test('errors go back with state and iss, and with the reference of the trail', async () => {
    const hub = new OidcHub();
    const answer = await browse(hub, { scope: 'openid admin' });
    const back = new URL(String(answer.headers.location)).searchParams;
    assert.equal(back.get('error'), 'invalid_scope');
    assert.equal(back.get('state'), 'state-1');
    assert.equal(back.get('iss'), issuerUrl);
    assert.match(String(back.get('error_description')), new RegExp(String(hub.store.audit.at(-1)?.reference)));
  });

  test('what the journey ends with, in OAuth’s words', async () => {
    for (const [said, expected] of [
      ['denied', 'access_denied'],
      ['cancelled', 'access_denied'],
      ['loginRequired', 'login_required'],
      ['interactionRequired', 'interaction_required'],
      ['assuranceNotReached', 'unmet_authentication_requirements'],
    ] as const) {
      const hub = new OidcHub();
      hub.login = (request) => ({
        kind: 'done',
        request,
        outcome: {
          kind: 'refused',
          error: said,
          reason: 'policy.denied',
          rules: ['api.lab.hours'],
          reference: 'AAAA-0003',
        },
      });
      const back = await new OidcClient(hub, 'ehr').authorize();
      assert.equal(back.get('error'), expected);
      assert.match(String(back.get('error_description')), /: policy\.denied api\.lab\.hours \(reference AAAA-0003\)$/);
      assert.equal(back.get('iss'), issuerUrl);
      assert.equal(hub.store.audit.at(-1)?.reason, 'policy.denied');
      assert.equal(hub.store.audit.at(-1)?.reference, 'AAAA-0003');
    }
  });

  test('unknown client and redirect URI are pages with a reason and a reference, never redirects', async () => {
    const hub = new OidcHub();
    for (const [query, code] of [
      [{ client_id: 'nobody' }, 'request.unknownApplication'],
      [{ client_id: 'portal', redirect_uri: 'https://evil.example' }, 'request.redirectUri'],
      [{ client_id: 'shut' }, 'policy.applicationClosed'],
    ] as const) {
      const answer = await authorize(hub, query);
      assert.equal(answer.status, 400);
      assert.equal(answer.page, code);
      assert.equal(answer.reference, hub.store.audit.at(-1)?.reference);
    }
  });

  test('what the journey is asked for', async () => {
    const hub = new OidcHub();
    const client = new OidcClient(hub, 'ehr');
    const { id_token: hint } = await client.login();
    hub.login = () => ({ kind: 'interact', journey: 'j' });
    const ask = async (bent: Bent) => {
      await hub.call('GET', client.authorizeUrl(await pushed(hub, bent)));
      const { memo: _memo, ...request } = hub.logins.at(-1)!;
      return request;
    };
    const plain = await ask({});
    assert.deepEqual(
      [plain.frontend, plain.issuer, plain.application, plain.fresh, plain.passive, plain.chooseAgain],
      ['oidc', 'hub', 'ehr', false, false, false],
    );
    assert.equal((await ask({ prompt: 'login' })).fresh, true);
    assert.equal((await ask({ max_age: '0' })).fresh, true);
    assert.equal((await ask({ max_age: '60' })).maxAge, 60);
    assert.equal((await ask({ prompt: 'none' })).passive, true);
    assert.equal((await ask({ prompt: 'select_account consent' })).chooseAgain, true);
    assert.equal(
      (await ask({ acr_values: 'urn:tillit:loa:high urn:tillit:loa:substantial' })).assurance,
      'substantial',
    );
    assert.equal((await ask({ acr_values: 'gold' })).assurance, undefined);
    assert.equal((await ask({ login_hint: 'anna' })).hint, 'anna');
    assert.deepEqual((await ask({ ui_locales: 'nn sv' })).locales, ['nn', 'sv']);
    assert.equal((await ask({ id_token_hint: String(hint) })).expectedSubject, 'anna');
    const essential = '{"id_token":{"acr":{"essential":true,"values":["urn:tillit:loa:high"]}}}';
    assert.equal((await ask({ claims: essential })).assurance, 'high');
    assert.deepEqual([plain.apis, plain.scopes], [['journal'], ['openid', 'profile', 'journal/read']]);
    assert.deepEqual((await ask({ scope: 'openid lab/order' })).apis, ['lab']);
    const both = await ask({ scope: 'openid', resource: [labAudience, journalAudience] });
    assert.deepEqual(both.apis, ['lab', 'journal']);
  });

  test('a second issuer at another path knows nothing of the first', async () => {
    const hub = new OidcHub();
    const uri = await pushed(hub);
    const answer = parsed(await hub.call('GET', `/authorize?${encoded({ client_id: 'ehr', request_uri: uri })}`));
    assert.equal(answer.page, 'request.unknownApplication');
    assert.equal(claimsOf((await new OidcClient(hub, 'ehr').login()).id_token).iss, issuerUrl);
  });
});
