// What becomes of a SAML provider's answer, and every answer that logs nobody in (S1 to S19).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Answer, loa, samlKey, samlNumber } from '../../../../test/fakes/saml-provider.ts';
import { SamlVisit } from '../../../../test/fakes/saml-visit.ts';
import { minuteMs } from '../../../base/clock.ts';
import { nameIdFormats as formats, nameIdFormats, ns, statusCodes } from '../../../base/saml/index.ts';
import { attributeOf, elementMaker, withContent, type XmlElement } from '../../../base/xml/index.ts';
import type { ConnectorAnswer } from '../../../core/journey/index.ts';

const number = 'urn:oid:1.2.752.29.4.13';
const evidenceOf = (answer: ConnectorAnswer) => {
  assert.ok(answer.kind === 'proven', JSON.stringify(answer));
  return answer.evidence;
};
const refusalOf = (answer: ConnectorAnswer): string => {
  assert.ok(answer.kind === 'refused', 'somebody was logged in');
  return `${answer.reason} ${String(answer.detail?.check)}`;
};
const swedish = () =>
  new SamlVisit({
    provider: (there) => there.provider({ preset: 'sweden-connect', namespaces: ['se-personnummer'], levels: {} }),
  });

describe('the evidence', () => {
  test('names the person, the level, when, and what a logout needs', async () => {
    const visit = new SamlVisit();
    const answer = await visit.logIn(
      { attributes: { 'urn:oid:2.5.4.42': 'Anna', 'urn:oid:2.5.4.4': 'Ek' }, behind: ['https://behind.example'] },
      { required: 'substantial' },
    );
    const evidence = evidenceOf(answer);
    assert.deepEqual(evidence.subject, { namespace: 'saml:kommun', value: 'anna' });
    assert.deepEqual(
      [evidence.assurance, evidence.displayName, evidence.connector],
      ['substantial', 'Anna Ek', 'saml'],
    );
    assert.equal(evidence.provenAt, visit.now);
    assert.deepEqual(evidence.upstream, {
      issuer: 'https://kommun.example/metadata',
      subject: 'anna',
      issuedAt: visit.now - 1000,
      askedAt: visit.now,
      nameId: { format: formats.persistent, nameQualifier: undefined, spNameQualifier: undefined },
      session: '_kommun-1',
      behind: ['https://behind.example'],
    });
    assert.ok(answer.kind === 'proven' && answer.oneUse?.ids.length === 2, 'both ids count once');
    assert.ok(answer.kind === 'proven' && (answer.oneUse?.until ?? 0) >= visit.now + 5 * minuteMs);
  });

  test('has the name of its level where the provider’s record knows it, for answers that say it on (B3)', async () => {
    const said = async (classRef: string) => evidenceOf(await new SamlVisit().logIn({ classRef })).levelName;
    assert.equal(await said(loa(3)), loa(3));
    assert.equal(await said('urn:oasis:names:tc:SAML:2.0:ac:classes:Password'), undefined);
    assert.equal(await said('constructor'), undefined);
  });

  test('is read from an encrypted assertion, by GCM, and by CBC where the record lets it inside a signature that held', async () => {
    const allowing = (more = {}) => new SamlVisit({ provider: (there) => there.provider({ allowCbc: true, ...more }) });
    evidenceOf(await new SamlVisit().logIn({ encrypt: { content: 'aes256-gcm' } }));
    for (const content of ['aes128-cbc', 'aes256-cbc'] as const) {
      evidenceOf(await allowing().logIn({ encrypt: { content } }));
      assert.match(refusalOf(await new SamlVisit().logIn({ encrypt: { content } })), /saml.cipher/);
    }
    const visit = allowing({ signs: 'assertion' });
    assert.match(
      refusalOf(await visit.logIn({ signs: 'assertion', encrypt: { content: 'aes128-cbc' } })),
      /saml.decryption/,
    );
  });

  for (const [family, attribute] of [
    ['urn:oid', number],
    ['sambi', 'http://sambi.se/attributes/1/personalIdentityNumber'],
    ['certificate', 'urn:credential:personalIdentityNumber'],
  ] as const) {
    test(`finds the national number under its name in the family ${family}`, async () => {
      const visit = new SamlVisit({ provider: (there) => there.provider({ namespaces: ['se-personnummer'] }) });
      const { subject } = evidenceOf(await visit.logIn({ attributes: { [attribute]: '19700101-1233' } }));
      assert.deepEqual(subject, { namespace: 'se-personnummer', value: samlNumber });
    });
  }

  test('takes no number that the provider may not assert, and none of two', async () => {
    const own = evidenceOf(await new SamlVisit().logIn({ attributes: { [number]: samlNumber } }));
    assert.deepEqual([own.subject.namespace, own.alternates], ['saml:kommun', []]);
    const of = (attributes: Answer['attributes']) => {
      const visit = new SamlVisit({ provider: (there) => there.provider({ namespaces: ['se-personnummer'] }) });
      return visit.logIn({ nameId: undefined, ...(attributes ? { attributes } : {}) });
    };
    assert.match(refusalOf(await of({ [number]: [samlNumber, '197001012348'] })), /upstream.subject person.named/);
    const organisation = new SamlVisit({
      provider: (there) => there.provider({ organisation: 'kommun', namespaces: ['se-personnummer'] }),
    });
    const { subject, alternates } = evidenceOf(await organisation.logIn({ attributes: { [number]: samlNumber } }));
    assert.deepEqual([subject.namespace, alternates], ['saml:kommun', []], 'A2');
  });

  test('knows nobody by a name for one visit, by an address of mail, or by a name towards somebody else', async () => {
    const names: readonly Answer['nameId'][] = [
      { value: 'anna', format: formats.transient },
      { value: 'anna@kommun.example', format: nameIdFormats.emailAddress },
      { value: 'anna', format: nameIdFormats.unspecified },
      { value: 'anna' },
      { value: 'anna', format: formats.persistent, nameQualifier: 'https://other.example' },
      { value: 'anna', format: formats.persistent, spNameQualifier: 'https://other.example' },
      undefined,
    ];
    for (const nameId of names)
      assert.match(refusalOf(await new SamlVisit().logIn({ nameId })), /upstream.subject person.named/);
    evidenceOf(
      await new SamlVisit().logIn({
        nameId: {
          value: 'anna',
          format: formats.persistent,
          nameQualifier: 'https://kommun.example/metadata',
          spNameQualifier: 'https://hub.example/login/saml/metadata',
        },
      }),
    );
  });

  test('may rest on an attribute of the provider’s own instead', async () => {
    const visit = new SamlVisit({ provider: (there) => there.provider({ subjectAttribute: 'urn:x:employee' }) });
    const { subject } = evidenceOf(await visit.logIn({ nameId: undefined, attributes: { 'urn:x:employee': 'E-17' } }));
    assert.deepEqual(subject, { namespace: 'saml:kommun', value: 'E-17' });
  });

  test('is of the time that the provider says, and of this visit when it was made on it', async () => {
    const visit = new SamlVisit();
    const at = visit.now - 20 * minuteMs;
    assert.equal(evidenceOf(await visit.logIn({ authnInstant: at })).provenAt, at);
  });
});

/** An attacker's assertion, made from the right one: about somebody else, and signed by nobody. */
function forged(assertion: XmlElement, id = '_forged'): XmlElement {
  const change = (element: XmlElement): XmlElement => ({
    ...element,
    attributes: element.attributes.map((one) => (one.local === 'ID' ? { ...one, value: id } : one)),
    content: element.content
      .filter((node) => typeof node === 'string' || node.local !== 'Signature')
      .map((node) => (typeof node === 'string' ? (node === 'anna' ? 'director' : node) : change(node))),
  });
  return change(assertion);
}
const samlp = elementMaker('samlp', ns.samlp);
const inside = (response: XmlElement, change: (assertion: XmlElement) => readonly XmlElement[]): XmlElement =>
  withContent(
    response,
    response.content.flatMap((node): readonly (XmlElement | string)[] =>
      typeof node !== 'string' && node.local === 'Assertion' ? change(node) : [node],
    ),
  );

describe('logs nobody in', () => {
  const answers: readonly (readonly [what: string, said: Answer, told: RegExp])[] = [
    ['an answer of another provider (S2)', { signedBy: samlKey('other') }, /invalid saml.responseSignature/],
    ['an answer that nobody signed', { signs: 'nothing' }, /invalid saml.responseSigned/],
    [
      'a signed Response around an assertion that is not, where both are due (S13)',
      { signs: 'response' },
      /invalid saml.assertionSigned/,
    ],
    [
      'a signed assertion in a Response that is not, where both are due',
      { signs: 'assertion' },
      /invalid saml.responseSigned/,
    ],
    [
      'an assertion for another audience (S11)',
      {
        assertion: (right) => ({
          ...right,
          conditions: { ...right.conditions!, audienceRestrictions: [['https://other.example']] },
        }),
      },
      /invalid saml.audience/,
    ],
    [
      'an assertion that is over (S11)',
      { assertion: (right) => ({ ...right, conditions: { ...right.conditions!, notBefore: 1, notOnOrAfter: 2 } }) },
      /invalid saml.conditionsEnd/,
    ],
    [
      'an assertion for another request',
      {
        assertion: (right) => ({
          ...right,
          subject: {
            nameId: right.subject?.nameId,
            confirmations: right.subject!.confirmations.map((one) => ({
              ...one,
              data: { ...one.data, inResponseTo: '_other' },
            })),
          },
        }),
      },
      /invalid saml.confirmationInResponseTo/,
    ],
    [
      'a forged assertion beside the signed one (S1)',
      { changed: (response) => inside(response, (right) => [forged(right), right]) },
      /invalid saml/,
    ],
    [
      'a forged assertion around the signed one (S1)',
      {
        signs: 'assertion',
        changed: (response) =>
          inside(response, (right) => [withContent(forged(right), [...forged(right).content, right])]),
      },
      /invalid saml/,
    ],
    [
      'a forged assertion with the signed one in Extensions (S1)',
      {
        signs: 'assertion',
        changed: (response) => inside(response, (right) => [samlp('Extensions', {}, right), forged(right)]),
      },
      /invalid saml/,
    ],
    [
      'a forged assertion under the signed one’s ID',
      {
        signs: 'assertion',
        changed: (response) => inside(response, (right) => [forged(right, attributeOf(right, 'ID') ?? ''), right]),
      },
      /invalid saml/,
    ],
    [
      'the person’s no',
      { status: { code: statusCodes.responder, second: statusCodes.cancel } },
      /cancelled saml.status/,
    ],
    [
      'a level that it does not offer',
      { status: { code: statusCodes.responder, second: statusCodes.noAuthnContext } },
      /levelNotOffered saml.status/,
    ],
    [
      'somebody whom it does not know',
      { status: { code: statusCodes.responder, second: statusCodes.unknownPrincipal } },
      /unknownThere saml.status/,
    ],
    [
      'a suspicion, of which the person hears no more than a no',
      { status: { code: statusCodes.responder, second: statusCodes.fraud } },
      /cancelled saml.status/,
    ],
    ['its own trouble', { status: { code: statusCodes.responder } }, /unavailable saml.status/],
    [
      'a request that it cannot use',
      { status: { code: statusCodes.requester, second: 'urn:theirs:<b>' } },
      /invalid saml.status/,
    ],
  ];
  for (const [what, said, told] of answers) {
    test(what, async () => {
      assert.match(refusalOf(await new SamlVisit().logIn(said)), told);
    });
  }

  test('the signed assertion alone is enough where the record says so: the forgeries above fall by themselves', async () => {
    const visit = new SamlVisit({ provider: (there) => there.provider({ signs: 'assertion' }) });
    evidenceOf(await visit.logIn({ signs: 'assertion' }));
    for (const [what, said, told] of answers.filter(([what]) => what.startsWith('a forged'))) {
      const again = new SamlVisit({ provider: (there) => there.provider({ signs: 'assertion' }) });
      assert.match(refusalOf(await again.logIn({ ...said, signs: 'assertion' })), told, what);
    }
  });

  test('a name of a level that was not asked for, though it is as high (B3: exact is exact)', async () => {
    const visit = new SamlVisit({ provider: (there) => there.provider({ levels: { [loa(3)]: 'substantial' } }) });
    const answer = await visit.logIn({ classRef: loa(4) }, { required: 'substantial' });
    assert.match(refusalOf(answer), /levelTooLow saml.requestedContext/);
  });

  test('a login from before, where a new one was asked for', async () => {
    const visit = new SamlVisit();
    const answer = await visit.logIn({ authnInstant: visit.now - 20 * minuteMs }, { fresh: true });
    assert.match(refusalOf(answer), /tooOld saml.forcedAuthn/);
  });

  test('an assertion in the clear where the preset has them encrypted', async () => {
    const said = { attributes: { [number]: samlNumber }, signs: 'response' } as const;
    assert.match(refusalOf(await swedish().logIn(said)), /invalid saml.encrypted/);
    evidenceOf(await swedish().logIn({ ...said, encrypt: { content: 'aes256-cbc' } }));
  });

  test('what is no answer at all, comes twice, or belongs to another visit', async () => {
    const changes: readonly [(fields: Record<string, string>) => Record<string, string>, RegExp][] = [
      [() => ({}), /relayState/],
      [({ SAMLResponse: _left, ...rest }) => rest, /binding/],
      [(fields) => ({ ...fields, SAMLResponse: 'nonsense!' }), /binding/],
      [(fields) => ({ ...fields, SAMLResponse: Buffer.from('<a>').toString('base64') }), /saml.xml/],
      [(fields) => ({ ...fields, SAMLRequest: fields.SAMLResponse ?? '' }), /binding/],
      [(fields) => ({ ...fields, RelayState: 't'.repeat(43) }), /relayState/],
    ];
    for (const [change, told] of changes) assert.match(refusalOf(await new SamlVisit().logIn({}, {}, change)), told);
  });

  test('an answer to an earlier visit (S12), and one of a provider whose record was changed meanwhile', async () => {
    const visit = new SamlVisit();
    let first: Record<string, string> = {};
    evidenceOf(await visit.logIn({}, {}, (fields) => (first = fields)));
    await visit.begin();
    assert.match(refusalOf(await visit.back(first)), /invalid saml.inResponseTo/);
    visit.provider = visit.there.provider({ entityId: 'https://other.example' });
    assert.match(refusalOf(await visit.back(first)), /sameProvider/);
    const reply = { kind: 'redirect', parameters: {}, memo: { entityId: 1 }, ip: '' } as const;
    assert.match(refusalOf(await visit.connector.reply(visit.provider, reply, visit.now)), /memo/);
  });

  test('no error says what the provider wrote', async () => {
    const answer = await new SamlVisit().logIn({
      status: { code: statusCodes.requester, second: 'urn:theirs:197001011233', message: 'Anna 197001011233' },
    });
    assert.doesNotMatch(JSON.stringify(answer), /197001011233|Anna/);
  });
});
