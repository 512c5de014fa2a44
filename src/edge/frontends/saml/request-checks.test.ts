// What a request asks for: ways in, words for the person, and that each check alone refuses something.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { formOf, hubEntityId, SamlAsker, statusOf } from '../../../../test/fakes/saml-asker.ts';
import { SamlHub, samlApplication, samlKeyOf } from '../../../../test/fakes/saml-hub.ts';
import { SamlFake } from '../../../../test/fakes/saml-provider.ts';
import { morning } from '../../../../test/fakes/ward.ts';
import type { HttpResponse } from '../../../base/http/index.ts';
import { type AuthnRequest, nameIdFormats, statusCodes, writeAuthnRequest } from '../../../base/saml/index.ts';
import { loadXml } from '../../../base/xml/index.ts';
import { type SamlChecks, samlChecks } from './checks.ts';

before(loadXml);

const loa = (level: number) => `http://id.elegnamnden.se/loa/1.0/loa${level}`;

const listing = (...entities: readonly string[]) => ({
  idpList: entities.map((providerId) => ({ providerId })),
  requesterIds: [],
});
const words = (language: string, text: string) => ({ mimeType: 'text/plain', messages: [{ language, text }] }) as const;
const statusIn = (hub: SamlHub): unknown => hub.store.audit.at(-1)?.body.check;

/** A hub with a municipality's login beside cards and passwords. */
function withKommun(given?: ConstructorParameters<typeof SamlHub>[1]): SamlHub {
  const hub = new SamlHub(undefined, given);
  const kommun = new SamlFake('kommun').provider();
  hub.catalogue = { ...hub.catalogue, providers: new Map([...hub.catalogue.providers, ['kommun', kommun]]) };
  return hub;
}

describe('Scoping', () => {
  const asked = async (scoping: AuthnRequest['scoping']) => {
    const hub = withKommun();
    await new SamlAsker(hub).ask({ scoping });
    assert.deepEqual(hub.audited(), ['ticket.issued']);
    return { login: hub.logins[0], record: hub.store.audit[0] };
  };
  test('an IDPList leaves the listed ones alone; our own name in it means what is proven here', async () => {
    const only = async (...entities: string[]) => (await asked(listing(...entities))).login?.onlyProviders;
    assert.deepEqual(await only('https://kommun.example/metadata', 'https://nobody.example'), ['kommun']);
    assert.deepEqual(await only(hubEntityId), ['card', 'password']);
    assert.equal((await asked(undefined)).login?.onlyProviders, undefined);
  });
  test('ProxyCount 0 leaves what is proven here; more is passed on with what is left', async () => {
    const of = async (proxyCount: number) => (await asked({ proxyCount, idpList: [], requesterIds: [] })).login;
    assert.deepEqual((await of(0))?.onlyProviders, ['card', 'password']);
    const two = await of(2);
    assert.deepEqual([two?.onlyProviders, two?.passedOn], [undefined, 2]);
  });
  test('for whom it asks is in the trail of the ticket, the first few', async () => {
    const requesterIds = Array.from({ length: 9 }, (_, at) => `https://clinic${at}.example/sp`);
    const { login, record } = await asked({ idpList: [], requesterIds });
    assert.deepEqual(login?.requesters, requesterIds.slice(0, 5));
    assert.deepEqual(record?.body.requesters, requesterIds.slice(0, 5));
  });
  test('what we do not reach by ourselves, where nobody else may be asked, is ProxyCountExceeded', async () => {
    for (const [proxyCount, status] of [
      [0, statusCodes.proxyCountExceeded],
      [1, statusCodes.noAuthnContext],
    ] as const) {
      const hub = withKommun();
      hub.login = (request) => ({
        kind: 'done',
        request,
        outcome: {
          kind: 'refused',
          error: 'assuranceNotReached',
          reason: 'policy.noWayToReach',
          reference: 'AAAA-0003',
        },
      });
      const answer = await new SamlAsker(hub).ask({ scoping: { proxyCount, idpList: [], requesterIds: [] } });
      assert.equal(statusOf(answer), status);
    }
  });
  test('each no has its own status', async () => {
    for (const [check, status] of [
      ['request.idpSupported', statusCodes.noSupportedIdp],
      ['request.idpAvailable', statusCodes.noAvailableIdp],
      ['request.proxyCount', statusCodes.proxyCountExceeded],
      ['request.userMessage', statusCodes.requestDenied],
    ] as const) {
      const hub = withKommun();
      const answer = await cases.find((one) => one.check === check)?.run(new SamlAsker(hub));
      assert.ok(answer);
      assert.deepEqual([statusIn(hub), statusOf(answer)], [check, status]);
    }
  });
});

describe('words for the person', () => {
  test('of a signed request go on to the page: the first and our languages, as text, without what turns it round', async () => {
    const hub = new SamlHub();
    const messages = [
      { language: 'fi', text: 'Hei' },
      { language: 'en-GB', text: 'Sign\t<b>\u202eevil\u202c</b>\r\nnow\u0000' },
      { language: 'sv', text: 'Skriv under' },
      { language: 'de', text: 'Nicht gezeigt' },
      { language: 'sv-FI', text: 'Inte heller' },
    ];
    // XML has no NUL, but base64 has.
    await new SamlAsker(hub).ask({ userMessage: { mimeType: 'text/markdown', messages } });
    assert.deepEqual(hub.logins[0]?.message, [
      { language: 'fi', text: 'Hei' },
      { language: 'en-GB', text: 'Sign <b>evil</b>\nnow' },
      { language: 'sv', text: 'Skriv under' },
    ]);
  });
  test('come along with a request by POST, in two languages of the longest', async () => {
    const hub = new SamlHub();
    const sp = new SamlAsker(hub);
    const text = 'å'.repeat(500);
    const userMessage = {
      mimeType: 'text/plain',
      messages: ['sv', 'en'].map((language) => ({ language, text })),
    } as const;
    const first = await sp.post(writeAuthnRequest(sp.request({ userMessage })), sp.key);
    assert.equal(first.status, 303, String(first.body));
    await hub.call('GET', String(first.headers.location));
    assert.equal(hub.logins[0]?.message?.length, 2);
  });
});

interface Case {
  readonly list: keyof SamlChecks;
  readonly check: string;
  readonly what: string;
  readonly run: (sp: SamlAsker) => Promise<HttpResponse>;
}

const cases: readonly Case[] = [
  {
    list: 'request',
    check: 'signature',
    what: 'signed with another’s key',
    run: (sp) => sp.ask({}, { key: samlKeyOf('thief') }),
  },
  {
    list: 'request',
    check: 'destination',
    what: 'meant for another',
    run: (sp) => sp.ask({ destination: hubEntityId }),
  },
  { list: 'request', check: 'instant', what: 'old', run: (sp) => sp.ask({ issueInstant: morning - 600_000 }) },
  {
    list: 'request',
    check: 'assertionConsumer',
    what: 'an answer to a place of an attacker',
    run: (sp) => sp.ask({ assertionConsumerServiceUrl: 'https://evil.example/acs' }),
  },
  {
    list: 'request',
    check: 'attributeConsuming',
    what: 'attributes by an index that is not registered',
    run: (sp) => sp.ask({ attributeConsumingServiceIndex: 3 }),
  },
  {
    list: 'requestContent',
    check: 'request.nameFormat',
    what: 'a format that the record does not say',
    run: (sp) => sp.ask({ nameIdPolicy: { format: nameIdFormats.emailAddress, allowCreate: true } }),
  },
  {
    list: 'requestContent',
    check: 'request.nameQualifier',
    what: 'a name as of another application',
    run: (sp) => sp.ask({ nameIdPolicy: { spNameQualifier: 'https://other.example/sp', allowCreate: true } }),
  },
  {
    list: 'requestContent',
    check: 'request.levelComparison',
    what: 'at most a level',
    run: (sp) =>
      sp.ask({ requestedAuthnContext: { comparison: 'maximum', classRefs: ['urn:tillit:loa:high'], declRefs: [] } }),
  },
  {
    list: 'requestContent',
    check: 'request.levelNames',
    what: 'a name that means nothing, looking like one that does',
    run: (sp) =>
      sp.ask({ requestedAuthnContext: { comparison: 'minimum', classRefs: [`${loa(3)}-nonresident`], declRefs: [] } }),
  },
  {
    list: 'requestContent',
    check: 'request.idpSupported',
    what: 'only providers that are not ours',
    run: (sp) => sp.ask({ scoping: listing('https://nobody.example') }),
  },
  {
    list: 'requestContent',
    check: 'request.idpAvailable',
    what: 'only providers that do not let people in there',
    run: (sp) => {
      sp.hub.change('link', { providers: ['password'] });
      return sp.ask({ scoping: listing('https://kommun.example/metadata') });
    },
  },
  {
    list: 'requestContent',
    check: 'request.proxyCount',
    what: 'nobody else, where only others let people in',
    run: (sp) => {
      sp.hub.change('link', { providers: ['kommun'] });
      return sp.ask({ scoping: { proxyCount: 0, idpList: [], requesterIds: [] } });
    },
  },
  {
    list: 'requestContent',
    check: 'request.userMessage',
    what: 'words for the person that nobody signed',
    run: (sp) => sp.ask({ userMessage: words('sv', 'Hej') }, { key: undefined }),
  },
  {
    list: 'requestContent',
    check: 'request.userMessageLength',
    what: 'words for the person that nobody reads in passing',
    run: (sp) => sp.ask({ userMessage: words('sv', 'a'.repeat(501)) }),
  },
  {
    list: 'answer',
    check: 'answer.subject',
    what: 'about another person than was asked for',
    run: (sp) => sp.ask({ subject: { value: 'somebody else' } }),
  },
];

/** The check that refused last, or `accepted`. */
const outcome = (hub: SamlHub): string => String(hub.store.audit.at(-1)?.body.check ?? 'accepted');
const without = (list: keyof SamlChecks, name: string): SamlChecks => ({
  ...samlChecks,
  [list]: (samlChecks[list] as readonly { readonly name: string }[]).filter((one) => one.name !== name),
});

describe('each check', () => {
  for (const { list, check, what, run } of cases) {
    test(`${list} ${check}: ${what}`, async () => {
      const hub = withKommun();
      const answer = await run(new SamlAsker(hub));
      assert.equal(outcome(hub), check);
      if (list === 'request') assert.match(String(answer.body), /"page":"request\./, 'a page, never a redirect');
      else assert.equal(formOf(answer).action, 'https://link.example/acs', 'told to the application');
      const open = withKommun({ checks: without(list, check) });
      await run(new SamlAsker(open)).catch(() => undefined);
      assert.notEqual(outcome(open), check, `${check} was left out and still refused`);
    });
  }

  test('those of what is asked and of the answer have a case, a clause and a name of their own', () => {
    for (const list of ['requestContent', 'answer'] as const) {
      const own = new Set(cases.filter((one) => one.list === list).map(({ check }) => check));
      // Of these the other tests here tell: without them there is nothing to answer with.
      for (const { name, clause } of samlChecks[list])
        assert.ok(clause && (own.has(name) || ['answer.name', 'answer.nameText', 'answer.level'].includes(name)), name);
    }
  });

  test('a request must be signed where the record says so', async () => {
    const signedOnly = [samlApplication('link', { requireSignedRequest: true })];
    const run = async (hub: SamlHub) => {
      await new SamlAsker(hub).ask({}, { key: undefined });
      return outcome(hub);
    };
    assert.equal(await run(new SamlHub(signedOnly)), 'signed');
    assert.equal(await run(new SamlHub(signedOnly, { checks: without('request', 'signed') })), 'accepted');
  });
});
