// Attacks on the SAML identity provider by requests and by the values that it writes: S1, S2, S9, S12, S14, S16, S17, S18.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { writeAuthnRequest } from '../../src/base/saml/index.ts';
import { loadXml, signElement, withContent, writeXml } from '../../src/base/xml/index.ts';
import { formOf, SamlAsker, xmlOf } from '../fakes/saml-asker.ts';
import { SamlHub, samlApplication, samlKeyOf } from '../fakes/saml-hub.ts';
import { anna } from '../fakes/ward.ts';

before(loadXml);

const get = (hub: SamlHub, query: string) => hub.call('GET', '/helse/saml/sso', { query });
const evil = 'https://evil.example/acs';

/** Nobody was logged in, and nothing went anywhere. */
function refused(hub: SamlHub, answer: { readonly body?: unknown; readonly headers: object }): void {
  assert.match(String(answer.body), /"page":"request\.[a-zA-Z]+","reference":"[A-Z0-9-]+"/);
  assert.ok(!('location' in answer.headers));
  assert.deepEqual(hub.logins, []);
  assert.equal(hub.store.audit.at(-1)?.kind, 'ticket.refused');
}

describe('S1: a signed request around which another is wrapped', () => {
  const key = samlKeyOf('link').key;
  const made = () => {
    const hub = new SamlHub([samlApplication('link', { requireSignedRequest: true })]);
    const sp = new SamlAsker(hub);
    const good = signElement(writeAuthnRequest(sp.request({ id: '_good' })), { key });
    const bad = writeAuthnRequest(sp.request({ id: '_bad', assertionConsumerServiceUrl: evil }));
    return { hub, good, bad };
  };
  const posted = (hub: SamlHub, xml: string) =>
    hub.call('POST', '/helse/saml/sso', { form: { SAMLRequest: Buffer.from(xml).toString('base64') } });

  test('the signed one inside, the signature outside, the same ID twice', async () => {
    for (const wrap of ['inside', 'signature', 'sameId'] as const) {
      const { hub, good, bad } = made();
      const signature = good.content.find((node) => typeof node !== 'string' && node.local === 'Signature');
      const [issuer, ...rest] = bad.content;
      const content =
        wrap === 'inside'
          ? [...bad.content, good]
          : [
              issuer ?? '',
              ...(signature === undefined ? [] : [signature]),
              ...rest,
              ...(wrap === 'sameId' ? [good] : []),
            ];
      const outer = withContent(bad, content);
      const xml = wrap === 'sameId' ? writeXml(outer).replace('ID="_bad"', 'ID="_good"') : writeXml(outer);
      refused(hub, await posted(hub, xml));
    }
  });
});

describe('S2: a key from the message', () => {
  test('the thief’s certificate in KeyInfo', async () => {
    const hub = new SamlHub();
    const sp = new SamlAsker(hub);
    const thief = samlKeyOf('thief');
    const xml = writeXml(signElement(writeAuthnRequest(sp.request()), { key: thief.key, certificateDer: thief.der }));
    const form = { SAMLRequest: Buffer.from(xml).toString('base64') };
    refused(hub, await hub.call('POST', '/helse/saml/sso', { form }));
  });
});

describe('S9: markup in what we say of a person', () => {
  const values = [
    '</saml:AttributeValue></saml:Attribute><saml:Attribute Name="role"><saml:AttributeValue>admin',
    '<!--admin-->',
    ']]>&amp;&#x3c;"\'',
    '😀 ﷽ Ǻ\u0301 \u2028 \ufffd',
    ' a\r\n\tb ',
    ...Array.from({ length: 200 }, (_, seed) => randomText(seed)),
  ];
  test('every value comes out as it went in, and adds nothing', async () => {
    for (const value of values) {
      const hub = new SamlHub([
        samlApplication('link', {
          attributes: [{ name: 'what', nameFormat: 'basic', from: 'person.what' }],
          nameId: { format: 'unspecified', from: 'person.what' },
        }),
      ]);
      hub.store.people.set('anna', { ...anna, person: { ...anna.person, attributes: { what: value } } });
      const sp = new SamlAsker(hub);
      const request = sp.request();
      const verdict = sp.judge(await get(hub, sp.query(writeAuthnRequest(request))), { id: request.id });
      assert.ok(verdict.accepted, JSON.stringify([value, verdict]));
      assert.equal(verdict.assertion.nameId?.value, value);
      assert.deepEqual(
        verdict.assertion.attributes
          .filter(({ name }) => name === 'what' || name === 'role')
          .map(({ values: all }) => all),
        [[value]],
      );
    }
  });
});

/** Any characters that XML has, from a seed; never blank. */
function randomText(seed: number): string {
  let state = seed * 2_654_435_761 + 1;
  const next = (most: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % most;
  };
  const blocks: readonly (readonly [number, number])[] = [
    [0x20, 0x7e],
    [0xa0, 0x2ff],
    [0x370, 0x1fff],
    [0xe000, 0xfffd],
    [0x1_0000, 0x1_ffff],
  ];
  const picked = Array.from({ length: 1 + next(30) }, () => {
    const [from, to] = blocks[next(blocks.length)] ?? [0x61, 0x7a];
    return String.fromCodePoint(from + next(to - from));
  });
  return `x${picked.join('')}`;
}

describe('S12: a request that is answered twice', () => {
  test('the second time is a page, whichever way it comes', async () => {
    const hub = new SamlHub();
    const sp = new SamlAsker(hub);
    const query = sp.query(writeAuthnRequest(sp.request()));
    assert.equal((await get(hub, query)).status, 200);
    const again = await get(hub, query);
    assert.match(String(again.body), /request\.expired/);
    assert.equal(hub.store.audit.at(-1)?.kind, 'ticket.replayed');
  });
  test('not by another IssueInstant either, which anybody can write into an unsigned request, nor past midnight', async () => {
    const hub = new SamlHub();
    const sp = new SamlAsker(hub);
    const ask = () => sp.ask({ id: '_same', issueInstant: hub.now - 1000 }, { key: undefined });
    assert.equal((await ask()).status, 200);
    for (const later of [60_000, 20 * 3_600_000]) {
      hub.now += later;
      hub.session = { ...hub.session, idleUntil: hub.now + 60_000, absoluteUntil: hub.now + 60_000 };
      assert.match(String((await ask()).body), /request\.expired/);
      assert.equal(hub.store.audit.at(-1)?.kind, 'ticket.replayed');
    }
  });
  test('many at once get one answer', async () => {
    const hub = new SamlHub();
    const sp = new SamlAsker(hub);
    const query = sp.query(writeAuthnRequest(sp.request()));
    const answers = await Promise.all(Array.from({ length: 12 }, () => get(hub, query)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  });
});

describe('S14: what is closed, gone or another issuer’s', () => {
  test('no request of it begins a login', async () => {
    const hub = new SamlHub([samlApplication('link', { issuer: 'second' })]);
    const sp = new SamlAsker(hub);
    refused(hub, await sp.ask());
    hub.catalogue = { ...hub.catalogue, samlApplications: new Map() };
    refused(hub, await sp.ask());
  });
  test('a place that was taken off the record while the login ran gets no answer', async () => {
    const hub = new SamlHub();
    const letIn = hub.login;
    hub.login = (request) => {
      const turn = letIn(request);
      hub.change('link', { assertionConsumers: [{ binding: 'post', location: 'https://link.example/other' }] });
      return turn;
    };
    const answer = await new SamlAsker(hub).ask();
    assert.match(String(answer.body), /request\.redirectUri/);
  });
  test('an answer goes to registered places alone, by URL and by index', async () => {
    for (const change of [
      { assertionConsumerServiceUrl: evil },
      { assertionConsumerServiceUrl: 'https://link.example/acs/' },
      { assertionConsumerServiceUrl: 'https://link.example/acs?x' },
      { assertionConsumerServiceUrl: 'https://LINK.example/acs' },
      { assertionConsumerServiceUrl: 'https://link.example@evil.example/acs' },
      { assertionConsumerServiceIndex: 7 },
      { protocolBinding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect' },
    ]) {
      const hub = new SamlHub();
      refused(hub, await new SamlAsker(hub).ask(change));
    }
    const hub = new SamlHub();
    const second = await new SamlAsker(hub).ask({ assertionConsumerServiceIndex: 1 });
    assert.equal(formOf(second).action, 'https://link.example/acs2');
  });
});

describe('S16: parameters that two readers read differently', () => {
  const tricks: Readonly<Record<string, (good: string, bad: string) => string>> = {
    'the bad one first': (good, bad) => `SAMLRequest=${bad}&${good}`,
    'the bad one last': (good, bad) => `${good}&SAMLRequest=${bad}`,
    'the bad one with an escaped name': (good, bad) => `${good}&SAML%52equest=${bad}`,
    'another RelayState': (good) => `${good}&RelayState=evil`,
    'RelayState with an escaped name': (good) => `${good}&Relay%53tate=evil`,
    'a second signature': (good) => `${good}&Signature=AAAA`,
    'an answer beside it': (good, bad) => `${good}&SAMLResponse=${bad}`,
    'the signature left out': (good) => good.replace(/&Signature=.*/, ''),
    'the algorithm left out': (good) => good.replace(/&SigAlg=[^&]*/, ''),
    'RelayState changed': (good) => good.replace('RelayState=rs', 'RelayState=evil'),
    'RelayState left out': (good) => good.replace('&RelayState=rs', ''),
  };
  for (const [what, trick] of Object.entries(tricks)) {
    test(what, async () => {
      const hub = new SamlHub([samlApplication('link', { requireSignedRequest: true })]);
      const sp = new SamlAsker(hub);
      const good = sp.query(writeAuthnRequest(sp.request()), { relayState: 'rs' });
      const forged = sp.query(writeAuthnRequest(sp.request({ assertionConsumerServiceIndex: 1 })), { key: undefined });
      refused(hub, await get(hub, trick(good, forged.replace('SAMLRequest=', ''))));
    });
  }
});

describe('S17: what is no message', () => {
  test('is a page with a code, whatever it is', async () => {
    const { deflateRawSync } = await import('node:zlib');
    const packed = (text: string) => encodeURIComponent(deflateRawSync(Buffer.from(text)).toString('base64'));
    for (const query of [
      '',
      'SAMLRequest=',
      'SAMLRequest=%',
      'SAMLRequest=AAAA',
      `SAMLRequest=${packed('not xml')}`,
      `SAMLRequest=${packed('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>')}`,
      `SAMLRequest=${packed('<a>'.repeat(5000))}`,
      `SAMLRequest=${packed('a'.repeat(10_000_000))}`,
    ]) {
      const hub = new SamlHub();
      refused(hub, await get(hub, query));
    }
  });
});

describe('S18: script in the form that sends itself', () => {
  test('RelayState and the place are text, and the policy knows one script and no way out but HTTPS', async () => {
    const relayState = '"><script>alert(1)</script><form action="https://evil.example">';
    const location = 'https://link.example/acs?a="><script>alert(2)</script>';
    const hub = new SamlHub([samlApplication('link', { assertionConsumers: [{ binding: 'post', location }] })]);
    const answer = await new SamlAsker(hub).ask({}, { relayState });
    const body = String(answer.body);
    assert.equal(body.split('<script>').length, 2);
    assert.doesNotMatch(body, /alert\(\d\)<\/script>/);
    assert.equal(formOf(answer).fields.RelayState, relayState);
    const policy = String(answer.headers['content-security-policy']);
    // The application may redirect on to hosts of its own that nobody can name here: HTTPS, and no script of another's.
    assert.match(policy, /form-action 'self' https:\/\/link\.example https:; /);
    assert.match(policy, /script-src 'sha256-[A-Za-z0-9+/=]+'$/);
    assert.match(xmlOf(answer), /Destination="https:\/\/link\.example\/acs\?a=&quot;>/);
  });
});
