// Sign-on: what is believed of a request, what the answer says, and that each check alone refuses something.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { formOf, hubEntityId, SamlAsker, ssoUrl, statusOf, xmlOf } from '../../../../test/fakes/saml-asker.ts';
import { SamlHub, samlApplication, samlKeyOf } from '../../../../test/fakes/saml-hub.ts';
import { SamlFake } from '../../../../test/fakes/saml-provider.ts';
import { morning } from '../../../../test/fakes/ward.ts';
import { nameIdFormats, statusCodes, writeAuthnRequest } from '../../../base/saml/index.ts';
import { loadXml } from '../../../base/xml/index.ts';
import { startOfUnasked, startUrl } from './unsolicited.ts';

before(loadXml);

const loa = (level: number) => `http://id.elegnamnden.se/loa/1.0/loa${level}`;
const exact = (...classRefs: string[]) => ({
  requestedAuthnContext: { comparison: 'exact' as const, classRefs, declRefs: [] },
});

describe('a login', () => {
  test('signed, encrypted, to the registered place, with what the record says and the common minimum', async () => {
    const hub = new SamlHub([samlApplication('link', { keys: { signing: [], encryption: [samlKeyOf('link').pem] } })]);
    const sp = new SamlAsker(hub);
    const request = sp.request();
    const query = sp.query(writeAuthnRequest(request), { key: undefined, relayState: 'back&<here>' });
    const answer = await hub.call('GET', '/helse/saml/sso', { query });
    assert.equal(answer.status, 200);
    const { action, fields } = formOf(answer);
    assert.equal(action, 'https://link.example/acs');
    assert.equal(fields.RelayState, 'back&<here>');
    assert.doesNotMatch(xmlOf(answer), /anna|lasting/);
    const verdict = sp.judge(answer, { id: request.id });
    assert.ok(verdict.accepted, JSON.stringify(verdict));
    const { assertion } = verdict;
    assert.deepEqual(assertion.protection, { responseSigned: true, assertionSigned: true, encrypted: true });
    assert.deepEqual(assertion.nameId, {
      value: 'lasting',
      format: nameIdFormats.persistent,
      nameQualifier: hubEntityId,
      spNameQualifier: sp.entityId,
      spProvidedId: undefined,
    });
    assert.equal(assertion.authnContextClassRef, 'urn:tillit:loa:high');
    assert.equal(assertion.authnInstant, morning - 60_000, 'of the evidence, not of the answer');
    assert.equal(assertion.sessionNotOnOrAfter, hub.session.absoluteUntil);
    assert.ok(!assertion.sessionIndex?.includes('s1'));
    const told = Object.fromEntries(assertion.attributes.map(({ name, values }) => [name, values]));
    assert.deepEqual(told['urn:oid:2.5.4.42'], ['anna']);
    assert.deepEqual(told['urn:tillit:claim:acr'], ['urn:tillit:loa:high']);
    assert.deepEqual(told['urn:tillit:claim:decision'], ['AAAA-0001']);
    assert.deepEqual(told['urn:tillit:claim:sub_namespace'], ['tillit-person']);
    assert.deepEqual(told['urn:tillit:claim:assignment_id'], ['anna@hospital']);
    assert.deepEqual(hub.audited(), ['ticket.issued']);
    const [record] = hub.store.audit;
    assert.doesNotMatch(JSON.stringify(record), /01019012345|lasting/);
    assert.match(String(record?.body.digest), /^[0-9a-f]{64}$/);
    assert.deepEqual(
      hub.reached.map(({ application, subject }) => [application, subject]),
      [['link', 'persistent lasting']],
    );
  });

  test('the digest in the trail is the one that the assertion’s signature has', async () => {
    const hub = new SamlHub();
    const answer = await new SamlAsker(hub).ask();
    const inside = /<saml:Assertion .*<\/saml:Assertion>/.exec(xmlOf(answer))?.[0] ?? '';
    const digest = /DigestValue>([^<]+)</.exec(inside)?.[1] ?? '';
    assert.equal(hub.store.audit[0]?.body.digest, Buffer.from(digest, 'base64').toString('hex'));
  });

  test('a value with a character that XML does not have costs nobody the login; a name with one names nobody (S9)', async () => {
    const hub = new SamlHub([samlApplication('link', { nameId: { format: 'unspecified', from: 'familyName' } })]);
    const anna = hub.store.people.get('anna');
    assert.ok(anna);
    const called = (givenName: string, familyName: string) =>
      hub.store.people.set('anna', { ...anna, person: { ...anna.person, givenName, familyName } });
    called('An\u0001na\ud800', 'Berg');
    const verdict = new SamlAsker(hub).judge(await new SamlAsker(hub).ask({ id: '_one' }), { id: '_one' });
    assert.ok(verdict.accepted, JSON.stringify(verdict));
    const given = verdict.assertion.attributes.find(({ name }) => name === 'urn:oid:2.5.4.42');
    assert.deepEqual(given?.values, ['An\ufffdna\ufffd']);
    called('Anna', 'Be\u0001rg');
    assert.equal(statusOf(await new SamlAsker(hub).ask({ id: '_two' })), statusCodes.invalidNameIdPolicy);
  });

  test('signs and encrypts as the record says', async () => {
    for (const [signs, response, assertion] of [
      ['both', true, true],
      ['response', true, false],
      ['assertion', false, true],
    ] as const) {
      const xml = xmlOf(await new SamlAsker(new SamlHub([samlApplication('link', { signs })])).ask());
      assert.equal(
        /<samlp:Response[^>]*><saml:Issuer[^>]*>[^<]*<\/saml:Issuer><ds:Signature/.test(xml),
        response,
        signs,
      );
      assert.equal(
        /<saml:Assertion[^>]*><saml:Issuer[^>]*>[^<]*<\/saml:Issuer><ds:Signature/.test(xml),
        assertion,
        signs,
      );
    }
  });

  test('a request by POST goes on with a GET of our own, once, for a short while, at its own issuer', async () => {
    const hub = new SamlHub();
    const sp = new SamlAsker(hub);
    const first = await sp.post(writeAuthnRequest(sp.request({ id: '_posted' })), sp.key, 'rs');
    assert.equal(first.status, 303);
    assert.equal(hub.logins.length, 0, 'nothing is decided without our cookies');
    const next = new URL(String(first.headers.location));
    assert.equal(`${next.origin}${next.pathname}`, `${ssoUrl}/continue`);
    const answer = await hub.call('GET', next.href);
    assert.ok(sp.judge(answer, { id: '_posted' }).accepted);
    assert.equal(formOf(answer).fields.RelayState, 'rs');
    const page = await hub.call('GET', next.href);
    assert.match(String(page.body), /request\.expired.*answered before/, 'answered once');
    assert.match(String((await hub.call('GET', next.href.replace('/helse', ''))).body), /request\.resumed/);
    assert.match(String((await hub.call('GET', `${next.href}x`)).body), /request\.resumed/);
    hub.now += 6 * 60_000;
    assert.match(String((await hub.call('GET', next.href)).body), /request\.resumed/);
  });

  test('a request by POST that no address can carry on is refused here, not by whoever reads the address', async () => {
    const hub = new SamlHub();
    const sp = new SamlAsker(hub);
    const long = { principalSelection: [{ name: 'urn:oid:1.2.752.29.4.13', value: '1'.repeat(20_000) }] };
    const answer = await sp.post(writeAuthnRequest(sp.request(long)), sp.key, 'rs');
    assert.match(String(answer.body), /request\.malformed/);
    assert.equal(answer.headers.location, undefined);
    assert.deepEqual(hub.audited(), ['ticket.refused request.length']);
  });

  test('what the request wishes reaches the login', async () => {
    const hub = new SamlHub();
    await new SamlAsker(hub).ask({
      forceAuthn: true,
      isPassive: true,
      requestedAuthnContext: { comparison: 'minimum', classRefs: [loa(4), loa(3), 'other'], declRefs: [] },
      principalSelection: [{ name: 'urn:oid:1.2.752.29.4.13', value: '197001011234' }],
    });
    const [login] = hub.logins;
    assert.deepEqual(
      [login?.fresh, login?.passive, login?.assurance, login?.hint, login?.locales, login?.frontend],
      [true, true, 'substantial', '197001011234', ['sv'], 'saml'],
    );
  });

  test('a transient name when it is asked for, whatever the record says', async () => {
    const sp = new SamlAsker(new SamlHub());
    const answer = await sp.ask({ nameIdPolicy: { format: nameIdFormats.transient, allowCreate: true } });
    assert.match(xmlOf(answer), /nameid-format:transient"[^>]*>passing</);
  });

  test('a name that a person has no value for is a refusal that says which', async () => {
    const hub = new SamlHub([samlApplication('link', { preset: 'netscaler' })]);
    const answer = await new SamlAsker(hub).ask();
    assert.equal(statusOf(answer), statusCodes.invalidNameIdPolicy);
    assert.match(xmlOf(answer), /upn/);
    assert.deepEqual(hub.audited(), ['ticket.refused answer.name']);
  });

  test('a session that ended between the decision and the answer gives no assertion', async () => {
    const hub = new SamlHub();
    const letIn = hub.login;
    hub.login = (request) => {
      const turn = letIn(request);
      hub.session = { ...hub.session, endedAt: hub.now };
      return turn;
    };
    assert.equal(statusOf(await new SamlAsker(hub).ask()), statusCodes.authnFailed);
  });

  test('how a login ended without a ticket, in SAML’s words', async () => {
    for (const [error, status] of [
      ['denied', statusCodes.requestDenied],
      ['cancelled', statusCodes.cancel],
      ['loginRequired', statusCodes.noPassive],
      ['interactionRequired', statusCodes.noPassive],
      ['assuranceNotReached', statusCodes.noAuthnContext],
    ] as const) {
      const hub = new SamlHub();
      hub.login = (request) => ({
        kind: 'done',
        request,
        outcome: { kind: 'refused', error, reason: 'policy.applicationClosed', reference: 'AAAA-0003' },
      });
      const answer = await new SamlAsker(hub).ask();
      assert.equal(statusOf(answer), status, error);
      assert.match(xmlOf(answer), /reference AAAA-0003/);
      assert.doesNotMatch(xmlOf(answer), /Assertion/);
    }
  });
});

describe('levels', () => {
  test('an exact name is said only if it is true of the login and ours to say', async () => {
    const said = async (approvedLevels: readonly string[], ...names: string[]) => {
      const hub = new SamlHub(undefined, { issuer: { approvedLevels } });
      const answer = await new SamlAsker(hub).ask(exact(...names));
      return statusOf(answer) ?? /AuthnContextClassRef>([^<]*)</.exec(xmlOf(answer))?.[1];
    };
    assert.equal(await said([], loa(4)), statusCodes.noAuthnContext, 'not approved');
    assert.equal(await said([loa(3), loa(4)], loa(4)), loa(4));
    assert.equal(
      await said([loa(3), loa(4)], loa(3)),
      statusCodes.noAuthnContext,
      'never a lower name for a higher login',
    );
    assert.equal(await said([], 'urn:tillit:loa:high'), 'urn:tillit:loa:high');
  });

  test('a name that the evidence carried may be said on', async () => {
    const hub = new SamlHub();
    hub.session = {
      ...hub.session,
      evidence: hub.session.evidence.map((one) => ({ ...one, levelName: loa(4) })),
    };
    assert.match(
      xmlOf(await new SamlAsker(hub).ask(exact(loa(4)))),
      /ClassRef>http:\/\/id\.elegnamnden\.se\/loa\/1\.0\/loa4</,
    );
  });
});

describe('a login that begins here', () => {
  test('is decided as one that was asked for: closed, membership, level; the no goes to the default place', async () => {
    for (const [change, status] of [
      [{ closed: true }, statusCodes.requestDenied],
      [{ federation: 'nowhere' }, statusCodes.requestDenied],
      [{ minimumAssurance: 'high' }, undefined],
    ] as const) {
      const hub = new SamlHub([samlApplication('link', { unsolicited: true, ...change })]);
      const answer = await hub.call('GET', '/helse/saml/init/link');
      assert.equal(formOf(answer).action, 'https://link.example/acs');
      assert.equal(statusOf(answer), status, JSON.stringify(change));
      assert.doesNotMatch(xmlOf(answer), /InResponseTo/);
    }
  });

  test('for somebody whom a provider sent by itself: at the place of its record, by it, and at no other', async () => {
    const hub = new SamlHub([
      samlApplication('link', { unsolicited: true }),
      samlApplication('home', { homeUrl: 'https://home.example/' }),
    ]);
    const from = (unsolicitedTo?: string) => {
      const kommun = new SamlFake('kommun').provider({ unsolicitedTo });
      const catalogue = { ...hub.catalogue, providers: new Map([[kommun.id, kommun]]) };
      return startOfUnasked(catalogue, 'https://kommun.example/metadata');
    };
    assert.equal(from('link'), 'https://hub.example/helse/saml/init/link?provider=kommun');
    assert.equal(from('home'), 'https://home.example/');
    assert.equal(from(), undefined);
    assert.equal(startOfUnasked(hub.catalogue, 'https://kommun.example/metadata'), undefined);
    await hub.call('GET', '/helse/saml/init/link?provider=kommun');
    assert.deepEqual(hub.logins[0]?.wishedProviders, ['kommun']);
  });
  test('only where the record allows it: without InResponseTo and RelayState', async () => {
    const hub = new SamlHub([samlApplication('link', { unsolicited: true }), samlApplication('other')]);
    const answer = await hub.call('GET', '/helse/saml/init/link?RelayState=https://evil.example');
    assert.equal(formOf(answer).fields.RelayState, undefined);
    assert.doesNotMatch(xmlOf(answer), /InResponseTo/);
    assert.ok(new SamlAsker(hub).judge(answer).accepted);
    assert.equal(startUrl(hub.catalogue, 'link'), 'https://hub.example/helse/saml/init/link');
    assert.deepEqual(hub.audited(), ['ticket.issued']);
    assert.deepEqual([hub.store.audit[0]?.body.endpoint, hub.store.audit[0]?.body.unsolicited], ['saml init', true]);
    for (const id of ['other', 'nobody']) assert.equal(startUrl(hub.catalogue, id), undefined);
    for (const path of ['/helse/saml/init/other', '/helse/saml/init/nobody', '/saml/init/link'])
      assert.match(String((await hub.call('GET', path)).body), /request\.unknownApplication/, path);
  });
});
