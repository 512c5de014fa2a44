// Logouts of SAML providers as the hub takes them: every session that a request names, also when it broke off in between.
import assert from 'node:assert/strict';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import {
  answerToLogout,
  encryptedNameIn,
  logoutByPost,
  logoutBySoap,
  logoutOf,
} from '../../../test/fakes/saml-logout.ts';
import { SamlFake, samlCertificate, samlKey, samlPrivateKey } from '../../../test/fakes/saml-provider.ts';
import { proof, snapshot } from '../../../test/fakes/ward.ts';
import { type LogoutRequest, signMessage, soapEnvelope, statusCodes } from '../../base/saml/index.ts';
import { keyringOf } from '../../base/sealing/index.ts';
import { Secret } from '../../base/secret.ts';
import { loadXml, withContent } from '../../base/xml/index.ts';
import type { SamlUpstream } from '../../core/catalogue/index.ts';
import type { Commit } from '../../core/commit/index.ts';
import type { PartnerAnswer, SamlProvider } from '../../core/metadata/index.ts';
import { type Session, saveSession } from '../../core/sessions/index.ts';
import type { StillOpen } from './logout-progress.ts';
import { samlEntity } from './saml-login.ts';
import { ownUpstreamTarget, type SamlLogoutParts, samlLogoutPorts, samlLogoutsOf } from './saml-logout.ts';
import type { LiveKeys } from './signing.ts';

const hubUrl = 'https://hub.example';
const there = new SamlFake('kommun');
there.own = samlEntity(hubUrl);

async function withSessions(names: readonly string[], change: Partial<SamlUpstream> = {}) {
  await loadXml();
  const hub = new MemoryLogin();
  const provider = there.provider(change);
  hub.catalogue = snapshot({ providers: new Map([[provider.id, provider]]) });
  for (const name of names) {
    const upstream = { issuer: there.entityId, subject: 'anna', session: name, issuedAt: hub.now - 1000 };
    const evidence = [{ ...proof('anna', 'simple'), provider: provider.id, upstream }];
    const session: Session = {
      ...{ id: name, person: 'anna', startedAt: hub.now, seenAt: hub.now, agent: 'Test', device: 'unknown', evidence },
      ...{ idleUntil: hub.now + 3_600_000, absoluteUntil: hub.now + 3_600_000 },
    };
    const writes = [saveSession(session, name), ...hub.ports.sessions.marks(name, evidence)];
    await hub.commit({ claims: [], writes, ifWon: [], ifLost: [] });
  }
  /** Of the commits to come, the one that fails. */
  let failing = 0;
  const commit = (given: Commit) => {
    failing -= 1;
    return failing === 0 ? Promise.reject(new Error('the database went away')) : hub.commit(given);
  };
  /** What is open still, and about what it was asked. */
  const open = { is: false, asked: [] as Parameters<StillOpen>[0][] };
  const parts: SamlLogoutParts = {
    clock: () => hub.now,
    keys: {
      signing: () => samlKey('hub'),
      decrypting: () => [samlPrivateKey('hub decrypts')],
    } as unknown as LiveKeys,
    partners: { provider: async (record) => ({ ok: true, record }) },
    hubUrl,
    catalogue: () => hub.catalogue,
    sessions: { ...hub.sessionPorts, commit },
    seals: keyringOf({ id: 'k', key: new Secret(Buffer.alloc(32, 9)) }),
    stillOpen: async (ended) => {
      open.asked.push(ended);
      return open.is;
    },
  };
  const ports = samlLogoutPorts(parts);
  const { take } = ports;
  const live = () => [...hub.sessions.values()].filter(({ session }) => session.endedAt === undefined).length;
  const fail = (nth: number) => {
    failing = nth;
  };
  return { hub, ports, parts, take, live, fail, open };
}

describe('a logout that names several sessions', () => {
  const asked = (hub: MemoryLogin) =>
    logoutBySoap(logoutOf(there, { issueInstant: hub.now, sessionIndexes: ['_1', '_2'] }), there.key);

  test('ends each of them, once', async () => {
    const { hub, take, live } = await withSessions(['_1', '_2', '_3']);
    const body = asked(hub);
    assert.equal((await take({ binding: 'soap', body })).kind, 'taken');
    assert.equal(live(), 1);
    assert.equal((await take({ binding: 'soap', body })).kind, 'refused');
  });

  test('ends the rest when it comes again after it broke off', async () => {
    const { hub, take, live, fail } = await withSessions(['_1', '_2']);
    const body = asked(hub);
    fail(3);
    await assert.rejects(take({ binding: 'soap', body }), /went away/);
    assert.equal(live(), 1);
    assert.equal((await take({ binding: 'soap', body })).kind, 'taken');
    assert.equal(live(), 0);
  });
});

test('our logout does not go on to a provider whose metadata is gone, or has no place for it; the page says so', async () => {
  const hub = new MemoryLogin();
  const provider = there.provider({ passLogout: true, metadata: { source: 'fed' }, singleLogout: [] });
  hub.catalogue = snapshot({ providers: new Map([[provider.id, provider]]) });
  const upstream = { issuer: there.entityId, subject: 'anna', issuedAt: hub.now, nameId: {} };
  const session = { evidence: [{ ...proof('anna', 'simple'), provider: provider.id, upstream }] } as unknown as Session;
  const sent = async (answer: (record: SamlProvider) => PartnerAnswer<SamlProvider>) => {
    const parts = {
      clock: () => hub.now,
      keys: { signing: () => samlKey('hub') } as unknown as LiveKeys,
      partners: { provider: async (record: SamlProvider) => answer(record) },
      hubUrl,
      catalogue: () => hub.catalogue,
    };
    const [one, ...more] = await samlLogoutsOf(parts, session);
    assert.deepEqual([one?.provider, more.length], ['kommun', 0]);
    return await one?.address?.('state');
  };
  assert.equal(await sent(() => ({ ok: false, reason: 'expired', because: 'it ran out' })), undefined);
  assert.equal(await sent((record) => ({ ok: true, record })), undefined);
  const { singleLogout } = there.record();
  const url = await sent((record) => ({ ok: true, record: { ...record, saml: { ...record.saml, singleLogout } } }));
  assert.match(String(url), /^https:\/\/kommun\.example\/slo\?SAMLRequest=/);
});

/** What a provider may ask about Anna, who has the sessions `_1` and `_2` by it; who is still in after it, and what is said. */
interface Asked {
  readonly what: string;
  readonly ask: Partial<LogoutRequest>;
  readonly later?: number;
  readonly taken: 'taken' | 'refused';
  readonly live: number;
  /** Of the trail, where it was refused. */
  readonly check?: string;
}
const hour = 3_600_000;
const asks: readonly Asked[] = [
  { what: 'one of her sessions', ask: { sessionIndexes: ['_1'] }, taken: 'taken', live: 1 },
  { what: 'several of her sessions', ask: { sessionIndexes: ['_1', '_2'] }, taken: 'taken', live: 0 },
  { what: 'no session by name: all of hers', ask: { sessionIndexes: [] }, taken: 'taken', live: 0 },
  { what: 'a session that is none of hers', ask: { sessionIndexes: ['_3'] }, taken: 'taken', live: 2 },
  // Nobody of that name is logged in, which is what was asked for.
  {
    what: 'somebody whom nobody knows',
    ask: { nameId: { value: 'nobody' }, sessionIndexes: [] },
    taken: 'taken',
    live: 2,
  },
  {
    what: 'her session by another name',
    ask: { nameId: { value: 'bo' }, sessionIndexes: ['_1'] },
    taken: 'taken',
    live: 2,
  },
  { what: 'before its end', ask: { notOnOrAfter: 30_000 }, later: 29_000, taken: 'taken', live: 1 },
  { what: 'after its end', ask: { notOnOrAfter: -hour }, taken: 'refused', live: 2, check: 'saml.notOnOrAfter' },
  { what: 'too late', ask: {}, later: hour, taken: 'refused', live: 2, check: 'saml.instant' },
  {
    what: 'at another’s address',
    ask: { destination: 'https://other.example/slo' },
    taken: 'refused',
    live: 2,
    check: 'saml.destination',
  },
  { what: 'at no address', ask: { destination: undefined }, taken: 'refused', live: 2, check: 'saml.destination' },
  {
    what: 'as nobody',
    ask: { issuer: 'https://nobody.example' },
    taken: 'refused',
    live: 2,
    check: 'saml.unknownIssuer',
  },
];

describe('a provider asks to log out', () => {
  for (const { what, ask, later = 0, taken, live: left, check } of asks)
    for (const binding of ['soap', 'post'] as const)
      test(`${what}, by ${binding}: ${taken}`, async () => {
        const { hub, take, live } = await withSessions(['_1', '_2']);
        const request = logoutOf(there, {
          issueInstant: hub.now,
          sessionIndexes: ['_1'],
          ...ask,
          ...(ask.notOnOrAfter === undefined ? {} : { notOnOrAfter: hub.now + ask.notOnOrAfter }),
        });
        hub.now += later;
        const came = await take(
          binding === 'soap'
            ? { binding, body: logoutBySoap(request, there.key) }
            : { binding, fields: logoutByPost(there, request).fields },
        );
        assert.deepEqual([came.kind, live()], [taken, left]);
        assert.equal(hub.audit.at(-1)?.body.check, check);
      });

  test('by the same request twice: once', async () => {
    const { hub, take } = await withSessions(['_1']);
    const input = {
      binding: 'soap',
      body: logoutBySoap(logoutOf(there, { issueInstant: hub.now }), there.key),
    } as const;
    assert.equal((await take(input)).kind, 'taken');
    assert.equal((await take(input)).kind, 'refused');
    assert.equal(hub.audit.at(-1)?.body.check, 'logout.once');
  });

  test('with a name that is encrypted to us: hers alone; to another, or something else than a name: refused', async () => {
    const { hub, take, live } = await withSessions(['_1', '_2']);
    const ask = (encrypted: ReturnType<typeof encryptedNameIn>) =>
      take({ binding: 'soap', body: soapEnvelope(signMessage(encrypted, there.key)) });
    const request = logoutOf(there, { issueInstant: hub.now, sessionIndexes: ['_1'] });
    const ours = createPublicKey(samlPrivateKey('hub decrypts'));
    assert.equal((await ask(encryptedNameIn(request, createPublicKey(samlPrivateKey('other'))))).kind, 'refused');
    assert.equal(hub.audit.at(-1)?.body.check, 'saml.decryption');
    assert.equal((await ask(encryptedNameIn(request, ours, undefined, 'aes256-cbc'))).kind, 'refused', 'CBC');
    const nested = encryptedNameIn(request, ours, (name) => withContent({ ...name, local: 'BaseID' }, name.content));
    assert.equal((await ask(nested)).kind, 'refused');
    assert.equal(hub.audit.at(-1)?.body.check, 'saml.structure');
    // No key of ours is used for strangers.
    const stranger = soapEnvelope(signMessage(encryptedNameIn(request, ours), samlKey('other')));
    assert.equal((await take({ binding: 'soap', body: stranger })).kind, 'refused');
    assert.equal(hub.audit.at(-1)?.body.check, 'saml.signature');
    assert.equal(live(), 2);
    assert.equal((await ask(encryptedNameIn(request, ours))).kind, 'taken');
    assert.equal(live(), 1);
  });
});

describe('our answer to a provider', () => {
  const ask = async (change: Partial<SamlUpstream>, binding: 'soap' | 'post' | 'redirect' = 'post') => {
    const made = await withSessions(['_1', '_2'], change);
    const request = logoutOf(there, { issueInstant: made.hub.now, sessionIndexes: [] });
    const came = await made.take(
      binding === 'soap'
        ? { binding, body: logoutBySoap(request, there.key) }
        : { binding: 'post', fields: logoutByPost(there, request).fields },
    );
    assert.ok(came.kind === 'taken');
    assert.deepEqual([...came.taken.sessions].sort(), ['_1', '_2']);
    return { ...made, request, taken: { ...came.taken, binding } };
  };
  const places = {
    redirect: { binding: 'redirect', location: `${there.url}/slo` },
    post: { binding: 'post', location: `${there.url}/slo` },
    soap: { binding: 'soap', location: `${there.url}/slo` },
  } as const;

  for (const open of [false, true])
    test(`says ${open ? 'PartialLogout when something was not reached' : 'Success when all has ended'}`, async () => {
      const { ports, taken, open: still, request, hub } = await ask({ singleLogout: [places.post] });
      still.is = open;
      const answer = await ports.answer(taken, 'passed');
      assert.ok(answer?.kind === 'post');
      there.ownKeys = [new X509Certificate(samlCertificate('hub'))];
      const { response, relayState } = answerToLogout(there, answer.form, request.id, hub.now);
      assert.deepEqual(response.status, {
        code: statusCodes.success,
        second: open ? statusCodes.partialLogout : undefined,
        message: undefined,
      });
      assert.equal(relayState, 'theirs');
      assert.deepEqual(still.asked, [
        { sessions: taken.sessions, asker: { kind: 'provider', id: 'kommun' }, passed: 'passed' },
      ]);
    });

  for (const [asked, has, expected] of [
    ['post', [places.redirect, places.post], 'post'],
    ['redirect', [places.redirect, places.post], 'redirect'],
    ['post', [places.redirect], 'redirect'],
    ['redirect', [places.post], 'post'],
    ['redirect', [places.soap], undefined],
    ['soap', [], 'soap'],
  ] as const)
    test(`to what came by ${asked}, where it has ${has.map(({ binding }) => binding).join(' and ') || 'nothing'}: ${expected}`, async () => {
      const { ports, taken } = await ask({ singleLogout: has }, asked);
      assert.equal((await ports.answer(taken))?.kind, expected);
    });

  test('is carried by the browser sealed, for an hour, and by no other address', async () => {
    const { hub, ports, parts, taken } = await ask({});
    const uri = `${hubUrl}/login/saml/logout/done?to=${ports.seal({ kind: 'taken', taken })}`;
    const isOurs = (given: { provider: string; uri: string }) => ownUpstreamTarget(parts, given) !== undefined;
    assert.ok(isOurs({ provider: 'kommun', uri }));
    const wrong = [`${uri}x`, uri.replace('hub.example', 'evil.example'), uri.replace('/done', '/on'), hubUrl];
    for (const one of wrong) assert.ok(!isOurs({ provider: 'kommun', uri: one }), one);
    assert.ok(!isOurs({ provider: 'other', uri }));
    const answered = { kind: 'answered', state: 'x', ended: true } as const;
    assert.ok(!isOurs({ provider: 'kommun', uri: uri.replace(/to=.*/, `to=${ports.seal(answered)}`) }));
    hub.now += hour;
    assert.ok(!isOurs({ provider: 'kommun', uri }));
  });
});
