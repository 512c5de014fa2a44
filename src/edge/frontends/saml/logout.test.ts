// Logout by an application and to applications: what is believed, which session is meant, and that each check alone refuses something.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { formOf, hubEntityId, SamlAsker, soapUrl, xmlOf } from '../../../../test/fakes/saml-asker.ts';
import { SamlHub, samlApplication, samlKeyOf } from '../../../../test/fakes/saml-hub.ts';
import { morning } from '../../../../test/fakes/ward.ts';
import type { HttpResponse } from '../../../base/http/index.ts';
import {
  judgeLogoutRequest,
  judgeLogoutResponse,
  type LogoutRequest,
  openMessage,
  readRedirect,
  signMessage,
  soapEnvelope,
  statusCodes,
  writeLogoutResponse,
} from '../../../base/saml/index.ts';
import { loadXml, writeXml } from '../../../base/xml/index.ts';
import type { Delivery } from '../../../core/outbox/index.ts';
import { type SamlChecks, samlChecks } from './checks.ts';
import { ownLogoutTarget } from './logout-target.ts';
import { peerOf } from './partner.ts';
import { sessionIndexOf } from './sealed.ts';
import { deliverSamlLogout, logoutFrame, type PostXml, waysToTell } from './tell-logout.ts';

before(loadXml);

/** A hub at which the application has logged somebody in. */
async function loggedIn(given: ConstructorParameters<typeof SamlHub>[1] = {}, ...more: readonly string[]) {
  const hub = new SamlHub([samlApplication('link'), samlApplication('other')], given);
  const sp = new SamlAsker(hub);
  for (const id of ['link', ...more]) await new SamlAsker(hub, id).ask();
  return { hub, sp, index: sessionIndexOf(hub.ports.seals, 'link', 's1') };
}
const slo = (hub: SamlHub, query: string, cookie?: string) =>
  hub.call('GET', '/helse/saml/slo', { query, headers: cookie === undefined ? {} : { cookie: `s=${cookie}` } });

/** Where our page after logout goes on to. */
function targetOf(answer: HttpResponse): { readonly application: string; readonly uri: string } {
  const { location, refresh } = answer.headers;
  const { searchParams } = new URL(String(location ?? String(refresh).slice('0; url='.length)));
  return { application: searchParams.get('application') ?? '', uri: searchParams.get('uri') ?? '' };
}

describe('a logout request', () => {
  test('ends the whole session, shows what became of it, and is answered when that is known', async () => {
    const { hub, sp, index } = await loggedIn();
    const query = sp.query(sp.logoutElement({ id: '_out', sessionIndexes: [index] }), { relayState: 'rs' });
    const answer = await slo(hub, query, 's1');
    assert.deepEqual(hub.ended, [{ session: 's1', by: 'logoutByApplication', asker: 'link' }]);
    assert.match(String(answer.headers.location), /^https:\/\/hub\.example\/logged-out\/s1\?application=link/);
    assert.deepEqual(answer.headers['set-cookie'], ['s=; Max-Age=0']);
    const target = targetOf(answer);
    assert.equal(ownLogoutTarget(hub.ports.seals, hub.catalogue, target, hub.now), target.uri);
    for (const [open, second] of [
      [false, undefined],
      [true, statusCodes.partialLogout],
    ] as const) {
      hub.open = open;
      const back = await hub.call('GET', `${target.uri}&passed=by-providers`);
      assert.deepEqual(hub.openAsked.at(-1), {
        sessions: ['s1'],
        asker: { kind: 'application', id: 'link' },
        passed: 'by-providers',
      });
      const location = String(back.headers.location);
      assert.ok(location.startsWith('https://link.example/slo?SAMLResponse='));
      assert.match(location, /&RelayState=rs&/);
      const read = readRedirect(location.slice(location.indexOf('?') + 1));
      const opening = read.ok ? openMessage(read.received) : undefined;
      assert.ok(opening?.ok);
      const verdict = judgeLogoutResponse(opening.message, {
        now: hub.now,
        endpointUrl: 'https://link.example/slo',
        peer: { entityId: hubEntityId, keys: peerOf(samlApplication('hub')).keys },
        requestId: '_out',
      });
      assert.ok(verdict.accepted, JSON.stringify(verdict));
      assert.deepEqual([verdict.response.status.code, verdict.response.status.second], [statusCodes.success, second]);
    }
  });

  test('by POST, without our cookie: the index says which session, and the answer goes by POST', async () => {
    const { hub, sp, index } = await loggedIn();
    const xml = writeXml(signMessage(sp.logoutElement({ sessionIndexes: [index] }), sp.key.key));
    const form = { SAMLRequest: Buffer.from(xml).toString('base64') };
    const answer = await hub.call('POST', '/helse/saml/slo', { form });
    assert.equal(hub.ended.length, 1);
    assert.equal(answer.headers['set-cookie'], undefined);
    // By a page: the application's form-action is not held against where ours leads.
    assert.deepEqual([answer.status, answer.headers.location], [200, undefined]);
    assert.equal(formOf(await hub.call('GET', targetOf(answer).uri)).action, 'https://link.example/slo-post');
  });

  test('without an index it is about the session of the browser', async () => {
    const { hub, sp } = await loggedIn();
    await slo(hub, sp.query(sp.logoutElement()), 's1');
    assert.equal(hub.ended.length, 1);
  });

  test('by SOAP: answered in the envelope, signed', async () => {
    const { hub, sp, index } = await loggedIn();
    hub.open = true;
    const element = sp.logoutElement({ destination: soapUrl, sessionIndexes: [index] });
    const xml = soapEnvelope(signMessage(element, sp.key.key));
    const answer = await hub.call('POST', '/helse/saml/slo/soap', { xml, contentType: 'text/xml' });
    assert.deepEqual([answer.status, answer.headers['content-type']], [200, 'text/xml; charset=utf-8']);
    assert.match(String(answer.body), /status:Success"><samlp:StatusCode Value="[^"]*PartialLogout/);
    assert.match(String(answer.body), /ds:SignatureValue/);
    assert.equal(hub.ended.length, 1);
    const again = await hub.call('POST', '/helse/saml/slo/soap', { xml, contentType: 'text/xml' });
    assert.equal(again.status, 400);
    assert.match(String(again.body), /used before.*"reference"/);
    for (const body of ['', '<a/>', 'nothing', '<!DOCTYPE a><a/>'])
      assert.equal((await hub.call('POST', '/helse/saml/slo/soap', { body, contentType: 'text/xml' })).status, 400);
  });

  test('by SOAP: who only sends what is refused is not listened to for a while', async () => {
    const { hub, sp, index } = await loggedIn();
    const ask = (key = sp.key) => {
      const element = sp.logoutElement({ destination: soapUrl, sessionIndexes: [index] });
      const xml = soapEnvelope(signMessage(element, key.key));
      return hub.call('POST', '/helse/saml/slo/soap', { xml, contentType: 'text/xml' });
    };
    for (let tries = 0; tries < 19; tries += 1) assert.equal((await ask(samlKeyOf('thief'))).status, 400);
    assert.equal((await hub.call('POST', '/helse/saml/slo/soap', { body: 'x', contentType: 'text/xml' })).status, 400);
    const before = hub.store.audit.length;
    const answer = await ask();
    assert.deepEqual([answer.status, answer.headers['retry-after']], [429, '60']);
    assert.deepEqual([hub.store.audit.length, hub.ended], [before, []], 'no work and no record');
    hub.wrong.clear();
    assert.equal((await ask()).status, 200);
    assert.equal(hub.wrong.size, 0, 'what is right costs nothing');
  });

  test('the address of our page after logout leads to nothing that we did not make for this application (O11)', async () => {
    const { hub, sp, index } = await loggedIn();
    const { application, uri } = targetOf(await slo(hub, sp.query(sp.logoutElement({ sessionIndexes: [index] }))));
    const isOurs = (given: { application: string; uri: string }, now = hub.now) =>
      ownLogoutTarget(hub.ports.seals, hub.catalogue, given, now) !== undefined;
    assert.ok(isOurs({ application, uri }));
    assert.ok(!isOurs({ application: 'other', uri }));
    assert.ok(!isOurs({ application, uri: uri.replace('hub.example', 'evil.example') }));
    assert.ok(!isOurs({ application, uri: `${uri}x` }));
    assert.ok(!isOurs({ application, uri }, hub.now + 2 * 3_600_000));
    assert.match(String((await hub.call('GET', `${uri}x`)).body), /request\.resumed/);
  });

  test('of a session that has ended already is answered, and changes nothing', async () => {
    const { hub, sp, index } = await loggedIn();
    for (let at = 0; at < 2; at += 1) {
      const answer = await slo(hub, sp.query(sp.logoutElement({ sessionIndexes: [index] })));
      assert.equal(answer.status, 303);
    }
  });
});

interface Case {
  readonly list: 'logoutRequest' | 'logout';
  readonly check: string;
  readonly what: string;
  readonly change: (index: string, hub: SamlHub) => Partial<LogoutRequest>;
  readonly key?: string | undefined;
}
const own = (index: string) => ({ sessionIndexes: [index] });
const cases: readonly Case[] = [
  { list: 'logoutRequest', check: 'signature', what: 'by another’s key', change: own, key: 'thief' },
  { list: 'logoutRequest', check: 'signed', what: 'by nobody', change: own, key: undefined },
  {
    list: 'logoutRequest',
    check: 'destination',
    what: 'meant for another',
    change: (index) => ({ ...own(index), destination: 'https://other.example/slo' }),
  },
  {
    list: 'logoutRequest',
    check: 'instant',
    what: 'old',
    change: (index) => ({ ...own(index), issueInstant: morning - 600_000 }),
  },
  {
    list: 'logoutRequest',
    check: 'notOnOrAfter',
    what: 'over',
    change: (index) => ({ ...own(index), notOnOrAfter: morning - 120_000 }),
  },
  { list: 'logout', check: 'logout.session', what: 'no session', change: () => own('AAAA') },
  {
    list: 'logout',
    check: 'logout.session',
    what: 'the index of another application',
    change: (_index, hub) => own(sessionIndexOf(hub.ports.seals, 'other', 's1')),
  },
  { list: 'logout', check: 'logout.session', what: 'the session’s own id', change: () => own('s1') },
  {
    list: 'logout',
    check: 'logout.name',
    what: 'another person',
    change: (index) => ({ ...own(index), nameId: { value: 'somebody' } }),
  },
  {
    list: 'logout',
    check: 'logout.name',
    what: 'the name as of another application',
    change: (index) => ({ ...own(index), nameId: { value: 'lasting', spNameQualifier: 'https://other.example/sp' } }),
  },
];
const outcome = (hub: SamlHub): string => String(hub.store.audit.at(-1)?.body.check ?? 'accepted');
const without = (list: keyof SamlChecks, name: string): SamlChecks => ({
  ...samlChecks,
  [list]: (samlChecks[list] as readonly { readonly name: string }[]).filter((one) => one.name !== name),
});

describe('each check', () => {
  for (const one of cases) {
    const run = async (given: ConstructorParameters<typeof SamlHub>[1]) => {
      const { hub, sp, index } = await loggedIn(given);
      const key = 'key' in one ? one.key && samlKeyOf(one.key) : sp.key;
      const answer = await slo(hub, sp.query(sp.logoutElement(one.change(index, hub)), { key: key || undefined }));
      return { hub, answer };
    };
    test(`${one.check}: ${one.what}`, async () => {
      const { hub, answer } = await run({});
      assert.equal(outcome(hub), one.check);
      assert.deepEqual(hub.ended, []);
      if (one.list === 'logoutRequest') assert.match(String(answer.body), /"page":"request\./);
      else assert.match(xmlOf(answer), /status:UnknownPrincipal/);
      const open = await run({ checks: without(one.list, one.check) });
      assert.notEqual(outcome(open.hub), one.check, `${one.check} was left out and still refused`);
    });
  }

  test('logout.reached: of an application that the session did not reach', async () => {
    const run = async (given: ConstructorParameters<typeof SamlHub>[1]) => {
      const { hub } = await loggedIn(given);
      const other = new SamlAsker(hub, 'other');
      const index = sessionIndexOf(hub.ports.seals, 'other', 's1');
      await slo(hub, other.query(other.logoutElement(own(index))));
      return outcome(hub);
    };
    assert.equal(await run({}), 'logout.reached');
    assert.notEqual(await run({ checks: without('logout', 'logout.reached') }), 'logout.reached');
  });

  test('each of what a believed request is held against has a case and a clause', () => {
    const covered = new Set([...cases.map(({ check }) => check), 'logout.reached']);
    for (const { name, clause } of samlChecks.logout) assert.ok(covered.has(name) && clause.length > 0, name);
  });
});

describe('telling an application', () => {
  const soap = { binding: 'soap', location: 'https://link.example/soap' } as const;
  const message = (payload: object): Delivery => ({
    id: 'logout s1 link',
    kind: 'backchannelLogout',
    key: 'logout s1 link',
    payload: { session: 's1', application: 'link', issuer: 'hub', subject: 'persistent lasting', ...payload },
    notBefore: 0,
    attempts: 1,
  });
  const hubWith = () => {
    const hub = new SamlHub([samlApplication('link', { singleLogout: [soap] })]);
    const deliver = (post: PostXml, payload: object = {}) =>
      deliverSamlLogout(message(payload), { ...hub.ports, post });
    return { hub, deliver };
  };
  /** What an application answers to the request that it was sent. */
  const answering =
    (status: { code: string; second?: string }, key = 'link', inResponseTo?: string): PostXml =>
    async (_uri, body) => {
      const id = inResponseTo ?? /LogoutRequest[^>]* ID="([^"]+)"/.exec(body.toString())?.[1];
      const response = writeLogoutResponse({
        id: '_answer',
        issueInstant: morning,
        issuer: 'https://link.example/sp',
        inResponseTo: id,
        status,
      });
      return { status: 200, body: soapEnvelope(signMessage(response, samlKeyOf(key).key)) };
    };

  test('by SOAP: a signed request with the name and the index that it was told', async () => {
    const { hub, deliver } = hubWith();
    let sent: Buffer = Buffer.from('');
    const outcome = await deliver((uri, body, limits) => {
      assert.equal(uri, soap.location);
      sent = body;
      return answering({ code: statusCodes.success })(uri, body, limits);
    });
    assert.deepEqual(outcome, { kind: 'delivered' });
    const opening = openMessage({ binding: 'soap', xml: sent });
    assert.ok(opening.ok);
    const verdict = judgeLogoutRequest(opening.message, {
      now: hub.now,
      endpointUrl: soap.location,
      peer: { entityId: hubEntityId, keys: peerOf(samlApplication('hub')).keys },
    });
    assert.ok(verdict.accepted, JSON.stringify(verdict));
    assert.equal(verdict.request.nameId.value, 'lasting');
    assert.deepEqual(verdict.request.sessionIndexes, [sessionIndexOf(hub.ports.seals, 'link', 's1')]);
    assert.equal(hub.store.audit.at(-1)?.kind, 'session.logoutSent');
  });

  test('an answer counts only if it is the application’s, to this request, and says that it is done', async () => {
    const { hub, deliver } = hubWith();
    const unknown = { code: statusCodes.requester, second: statusCodes.unknownPrincipal };
    assert.deepEqual(await deliver(answering(unknown)), { kind: 'delivered' }, 'not logged in there any more');
    for (const post of [
      answering({ code: statusCodes.success }, 'thief'),
      answering({ code: statusCodes.success }, 'link', '_another'),
      answering({ code: statusCodes.responder }),
      async () => ({ status: 500, body: Buffer.from('') }),
      async () => ({ status: 200, body: Buffer.from('<html/>') }),
      async () => Promise.reject(new Error('connect ECONNREFUSED')),
    ]) {
      assert.equal((await deliver(post)).kind, 'failed');
      assert.equal(hub.store.audit.at(-1)?.kind, 'session.logoutFailed');
    }
  });

  test('nobody: gone, of another issuer, never told a name', async () => {
    const { deliver } = hubWith();
    const never: PostXml = async () => assert.fail('sent');
    for (const change of [{ application: 'gone' }, { issuer: 'second' }, { subject: 'anna' }, { subject: 7 }])
      assert.deepEqual(await deliver(never, change), { kind: 'nobody' });
  });

  test('in a frame by Redirect, and by no other way', () => {
    const hub = new SamlHub();
    const about = { session: 's1', application: 'link', issuer: 'hub', subject: 'transient passing' };
    assert.match(logoutFrame(hub.ports, about) ?? '', /^https:\/\/link\.example\/slo\?SAMLRequest=.*&Signature=/);
    assert.deepEqual(waysToTell(hub.catalogue, about), { back: false, front: true });
    hub.change('link', { singleLogout: [{ binding: 'post', location: 'https://link.example/slo' }] });
    assert.equal(logoutFrame(hub.ports, about), undefined);
    assert.deepEqual(waysToTell(hub.catalogue, about), { back: false, front: false });
  });
});

test('an index is the same for a session and an application, and another for every other', () => {
  const { ports } = new SamlHub();
  const of = (application: string, session: string) => sessionIndexOf(ports.seals, application, session);
  assert.equal(of('link', 's1'), of('link', 's1'));
  assert.equal(new Set([of('link', 's1'), of('other', 's1'), of('link', 's2')]).size, 3);
  assert.doesNotMatch(Buffer.from(of('link', 'a-session-id'), 'base64url').toString('latin1'), /a-session-id/);
});
