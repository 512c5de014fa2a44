// Signature wrapping: a right signature over the provider's words, and other words where a reader might look (S1).
import { withContent, writeXml, type XmlElement } from '../../src/base/xml/index.ts';
import {
  append,
  assertionOf,
  type Case,
  chain,
  changeChild,
  child,
  ds,
  insertAfter,
  keys,
  responseOf,
  samlp,
  withAttribute,
  without,
} from './ground.ts';

type Rule = NonNullable<Case['signs']>;

const evilName = 'attacker';
/** Another person's name, in the tree of an answer or an assertion that is right otherwise. */
const evil = (element: XmlElement): XmlElement =>
  element.local === 'Assertion'
    ? changeChild(
        'Subject',
        changeChild('NameID', (nameId) => withContent(nameId, [evilName])),
      )(element)
    : changeChild('Assertion', evil)(element);
const withId = (id: string) => withAttribute('ID', id);

const wrapped = (signs: Rule, element: XmlElement, reason: string): Case => ({
  kind: 'response',
  xml: writeXml(element),
  signs,
  expect: { reason },
});

const object = (...content: readonly XmlElement[]): XmlElement => ds('Object', {}, ...content);

/** The numbers are those of Somorovsky and others, "On Breaking SAML: Be Whoever You Want to Be", as tools count them. */
function wrappings(): Record<string, Case> {
  const cases: Record<string, Case> = {};

  // Around the Response, whose signature holds: 1 and 2.
  const signed = responseOf();
  const bare = without('Signature')(signed);
  const signature = child(signed, 'Signature');
  for (const [how, id] of [
    ['same-id', '_response1'],
    ['other-id', '_response2'],
  ] as const) {
    const forged = withId(id)(evil(bare));
    cases[`xsw1-response-inside-the-signature-${how}`] = wrapped(
      'response',
      insertAfter('Issuer', append(bare)(signature))(forged),
      'responseSignature',
    );
    cases[`xsw1-response-in-an-object-${how}`] = wrapped(
      'response',
      insertAfter('Issuer', append(object(bare))(signature))(forged),
      'responseSignature',
    );
    cases[`xsw2-response-before-its-signature-${how}`] = wrapped(
      'response',
      insertAfter('Issuer', bare, signature)(forged),
      'structure',
    );
    cases[`xsw2-response-in-extensions-${how}`] = wrapped(
      'response',
      insertAfter('Issuer', signature, samlp('Extensions', {}, bare))(forged),
      'responseSignature',
    );
  }

  // Around the assertion, whose signature holds, in a Response that nobody signed: 3 to 8.
  const good = assertionOf();
  const naked = without('Signature')(good);
  const mark = child(good, 'Signature');
  const shell = without('Assertion')(responseOf({ responseKey: undefined }));
  const answer = (...content: readonly XmlElement[]) => append(...content)(shell);
  for (const [how, id] of [
    ['same-id', '_assertion1'],
    ['other-id', '_assertion2'],
  ] as const) {
    const forged = withId(id)(evil(naked));
    const add = (name: string, element: XmlElement, reason: string) => {
      cases[`${name}-${how}`] = wrapped('assertion', element, reason);
    };
    add('xsw3-assertion-before-the-signed-one', answer(forged, good), 'oneAssertion');
    add('xsw3-assertion-behind-the-signed-one', answer(good, forged), 'oneAssertion');
    add('xsw4-signed-one-inside-the-assertion', answer(append(good)(forged)), 'strayAssertion');
    add(
      'xsw5-assertion-with-the-signature-of-another',
      answer(insertAfter('Issuer', mark)(forged), naked),
      'oneAssertion',
    );
    add(
      'xsw6-signed-one-inside-the-signature',
      answer(insertAfter('Issuer', append(naked)(mark))(forged)),
      'strayAssertion',
    );
    add(
      'xsw7-assertion-in-extensions',
      insertAfter('Issuer', samlp('Extensions', {}, forged))(answer(good)),
      'strayAssertion',
    );
    add(
      'xsw8-signed-one-in-an-object',
      answer(insertAfter('Issuer', append(object(naked))(mark))(forged)),
      'strayAssertion',
    );
  }

  // The same around the assertion, in a Response that the provider signed before it was taken apart.
  cases['xsw3-in-a-signed-response'] = wrapped(
    'both',
    chain(insertAfter('Signature', samlp('Extensions')), append(withId('_assertion2')(evil(naked))))(signed),
    'responseSignature',
  );
  cases['xsw5-both-signatures-of-another'] = wrapped('both', evil(signed), 'responseSignature');
  return cases;
}

/** Signatures that are there and do not hold, or hold for something else. */
const signatures: Readonly<Record<string, Case>> = {
  'response-signed-by-another-key': wrapped(
    'assertion',
    responseOf({ responseKey: keys.attacker.key }),
    'responseSignature',
  ),
  'response-changed-after-signing': wrapped(
    'assertion',
    withAttribute('Consent', 'urn:oasis:names:tc:SAML:2.0:consent:obtained')(responseOf()),
    'responseSignature',
  ),
  'response-signature-of-the-assertion': wrapped(
    'response',
    insertAfter('Issuer', child(assertionOf(), 'Signature'))(responseOf({ responseKey: undefined })),
    'responseSignature',
  ),
  'response-not-signed': wrapped('both', responseOf({ responseKey: undefined }), 'responseSigned'),
  'response-not-signed-where-only-it-counts': wrapped(
    'response',
    responseOf({ responseKey: undefined }),
    'responseSigned',
  ),
  'nobody-signed': wrapped(
    'assertion',
    responseOf({ responseKey: undefined, assertionKey: undefined }),
    'assertionSigned',
  ),
  'assertion-signed-by-another-key': wrapped(
    'response',
    responseOf({ assertionKey: keys.attacker.key }),
    'assertionSignature',
  ),
  'assertion-changed-before-the-response-was-signed': wrapped(
    'response',
    responseOf({ changeSigned: evil }),
    'assertionSignature',
  ),
  'assertion-changed-after-signing': wrapped(
    'assertion',
    evil(responseOf({ responseKey: undefined })),
    'assertionSignature',
  ),
  'assertion-not-signed': wrapped('both', responseOf({ assertionKey: undefined }), 'assertionSigned'),
  'duplicate-id-of-response-and-assertion': wrapped(
    'response',
    responseOf({ response: { id: '_assertion1' }, assertionKey: undefined }),
    'responseSignature',
  ),
  'duplicate-id-in-an-attribute-value': wrapped(
    'assertion',
    responseOf({
      responseKey: undefined,
      changeAssertion: changeChild(
        'AttributeStatement',
        changeChild(
          'Attribute',
          changeChild('AttributeValue', (value) => append(withId('_assertion1')(ds('KeyInfo')))(value)),
        ),
      ),
    }),
    'assertionSignature',
  ),
};

export const wrappedAnswers: Readonly<Record<string, Case>> = { ...wrappings(), ...signatures };
