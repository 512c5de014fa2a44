// Logouts of SAML providers as the hub takes them: every session that a request names, also when it broke off in between.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { logoutBySoap, logoutOf } from '../../../test/fakes/saml-logout.ts';
import { SamlFake, samlKey } from '../../../test/fakes/saml-provider.ts';
import { proof, snapshot } from '../../../test/fakes/ward.ts';
import { loadXml } from '../../base/xml/index.ts';
import type { Commit } from '../../core/commit/index.ts';
import type { PartnerAnswer, SamlProvider } from '../../core/metadata/index.ts';
import { type Session, saveSession } from '../../core/sessions/index.ts';
import { samlEntity } from './saml-login.ts';
import { samlLogoutsOf, takeSamlLogout } from './saml-logout.ts';
import type { LiveKeys } from './signing.ts';

const hubUrl = 'https://hub.example';
const there = new SamlFake('kommun');
there.own = samlEntity(hubUrl);

async function withSessions(names: readonly string[]) {
  await loadXml();
  const hub = new MemoryLogin();
  const provider = there.provider();
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
  const take = takeSamlLogout({
    clock: () => hub.now,
    keys: { signing: () => samlKey('hub') } as unknown as LiveKeys,
    partners: { provider: async (record) => ({ ok: true, record }) },
    hubUrl,
    catalogue: () => hub.catalogue,
    sessions: { ...hub.sessionPorts, commit },
  });
  const live = () => [...hub.sessions.values()].filter(({ session }) => session.endedAt === undefined).length;
  const fail = (nth: number) => {
    failing = nth;
  };
  return { hub, take, live, fail };
}

describe('a logout that names several sessions', () => {
  const asked = (hub: MemoryLogin) =>
    logoutBySoap(logoutOf(there, { issueInstant: hub.now, sessionIndexes: ['_1', '_2'] }), there.key);

  test('ends each of them, once', async () => {
    const { hub, take, live } = await withSessions(['_1', '_2', '_3']);
    const body = asked(hub);
    assert.equal((await take({ binding: 'soap', body }, undefined)).kind, 'taken');
    assert.equal(live(), 1);
    assert.equal((await take({ binding: 'soap', body }, undefined)).kind, 'refused');
  });

  test('ends the rest when it comes again after it broke off', async () => {
    const { hub, take, live, fail } = await withSessions(['_1', '_2']);
    const body = asked(hub);
    fail(3);
    await assert.rejects(take({ binding: 'soap', body }, undefined), /went away/);
    assert.equal(live(), 1);
    assert.equal((await take({ binding: 'soap', body }, undefined)).kind, 'taken');
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
  assert.match(url ?? '', /^https:\/\/kommun\.example\/slo\?SAMLRequest=/);
});
