// Answers by artifact: asked of the provider itself, once, and judged like any other; every artifact that logs nobody in.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Resolving, SamlArtifacts } from '../../../../test/fakes/saml-artifacts.ts';
import { type Answer, samlKey } from '../../../../test/fakes/saml-provider.ts';
import { SamlVisit } from '../../../../test/fakes/saml-visit.ts';
import { minuteMs } from '../../../base/clock.ts';
import { artifactText, bindings, ns, sourceIdOf, statusCodes } from '../../../base/saml/index.ts';
import { elementMaker, withContent } from '../../../base/xml/index.ts';
import type { SamlUpstream } from '../../../core/catalogue/index.ts';
import type { ConnectorAnswer } from '../../../core/journey/index.ts';

const refusalOf = (answer: ConnectorAnswer): string => {
  assert.ok(answer.kind === 'refused', 'somebody was logged in');
  return `${answer.reason} ${String(answer.detail?.check)}`;
};
const byArtifact = (change: Partial<SamlUpstream> = {}) =>
  new SamlVisit({ provider: (there) => there.provider({ ...new SamlArtifacts(there).record(), ...change }) });

interface Trick {
  readonly said?: Answer;
  readonly resolving?: Resolving;
  /** What the browser brings instead. */
  readonly brought?: (fields: Record<string, string>, visit: SamlVisit) => Record<string, string>;
  /** What the artifact names instead. */
  readonly names?: { readonly entityId?: string; readonly index?: number };
}

async function logIn(visit: SamlVisit, trick: Trick = {}): Promise<ConnectorAnswer> {
  const asked = await visit.begin();
  visit.artifacts.resolving = trick.resolving ?? {};
  const form = visit.artifacts.instead(visit.there.answer(asked, trick.said, visit.now), trick.names);
  const fields = Object.fromEntries(form.fields);
  return await visit.back(trick.brought?.(fields, visit) ?? fields);
}

describe('a login by artifact', () => {
  test('asks for one, for an address of its own, and is who the provider says on being asked', async () => {
    const visit = byArtifact();
    const { request } = await visit.begin();
    assert.equal(request.protocolBinding, bindings.artifact);
    assert.equal(request.assertionConsumerServiceUrl, 'https://hub.example/login/saml/artifact');
    const answer = await logIn(visit);
    assert.ok(answer.kind === 'proven', JSON.stringify(answer));
    assert.deepEqual(answer.evidence.subject, { namespace: 'saml:kommun', value: 'anna' });
    assert.equal(visit.artifacts.asked, 1);
  });

  test('is protected by either signature: the answer’s own, or that of the Response in it', async () => {
    assert.equal((await logIn(byArtifact(), { resolving: { signedBy: 'nobody' } })).kind, 'proven');
    const visit = byArtifact({ signs: 'assertion' });
    assert.equal((await logIn(visit, { said: { signs: 'assertion' } })).kind, 'proven');
    const around = { signs: 'assertion', encrypt: { content: 'aes128-cbc' } } as const;
    assert.equal(
      (await logIn(byArtifact({ allowCbc: true }), { said: around })).kind,
      'proven',
      'the Response by the answer around it',
    );
  });

  test('takes an encrypted assertion', async () => {
    assert.equal(
      (await logIn(byArtifact({ allowCbc: true }), { said: { encrypt: { content: 'aes128-cbc' } } })).kind,
      'proven',
    );
  });
});

const samlp = elementMaker('samlp', ns.samlp);
const saml = elementMaker('saml', ns.saml);
const other = 'https://other.example/metadata';
const rewritten = (entityId: string, endpointIndex: number) =>
  artifactText({ endpointIndex, sourceId: sourceIdOf(entityId), messageHandle: Buffer.alloc(20, 1) });

const tricks: readonly (readonly [what: string, trick: Trick, told: RegExp])[] = [
  ['no artifact', { brought: ({ SAMLart: _, ...rest }) => rest }, /invalid binding/],
  [
    'a Response by POST, which was not asked for',
    {
      brought: ({ SAMLart: _, ...rest }) => ({ ...rest, SAMLResponse: Buffer.from('<a/>').toString('base64') }),
    },
    /invalid binding/,
  ],
  ['a Response beside it (S16)', { brought: (fields) => ({ ...fields, SAMLResponse: 'AAAA' }) }, /invalid binding/],
  ['of another visit', { brought: (fields) => ({ ...fields, RelayState: 't'.repeat(43) }) }, /invalid relayState/],
  ['that is none', { brought: (fields) => ({ ...fields, SAMLart: 'nonsense' }) }, /invalid artifact.artifact/],
  [
    'of type 1, of SAML 1.1',
    {
      brought: (fields) => {
        const bytes = Buffer.from(fields.SAMLart ?? '', 'base64');
        bytes[1] = 1;
        return { ...fields, SAMLart: bytes.toString('base64') };
      },
    },
    /invalid artifact.artifact/,
  ],
  ['of another provider', { names: { entityId: other } }, /invalid artifact.sourceId/],
  ['to be resolved elsewhere', { names: { index: 4 } }, /invalid artifact.endpointIndex/],
  [
    'that the provider does not know',
    { brought: (fields, { there }) => ({ ...fields, SAMLart: rewritten(there.entityId, 3) }) },
    /invalid artifact.resolvedMessage/,
  ],
  [
    'whose answer is of another issuer',
    { resolving: { response: (right) => ({ ...right, issuer: other }) } },
    /invalid artifact.issuer/,
  ],
  [
    'whose answer is of nobody',
    { resolving: { response: (right) => ({ ...right, issuer: undefined }) } },
    /invalid artifact.issuer/,
  ],
  ['whose answer another key signed', { resolving: { signedBy: samlKey('attacker') } }, /invalid artifact.signature/],
  [
    'whose answer nobody signed, and the Response in it neither',
    { said: { signs: 'assertion' }, resolving: { signedBy: 'nobody' } },
    /invalid artifact.signedSomewhere/,
  ],
  [
    'whose Response another key signed, though the answer is right',
    { said: { signedBy: samlKey('attacker') } },
    /invalid saml.responseSignature/,
  ],
  [
    'whose assertion is not signed where the record wants it (S13)',
    { said: { signs: 'response' } },
    /invalid saml.assertionSigned/,
  ],
  [
    'whose answer is to another request',
    { resolving: { response: (right) => ({ ...right, inResponseTo: '_other' }) } },
    /invalid artifact.inResponseTo/,
  ],
  [
    'whose answer is to no request',
    { resolving: { response: (right) => ({ ...right, inResponseTo: undefined }) } },
    /invalid artifact.inResponseTo/,
  ],
  [
    'whose answer is old',
    { resolving: { response: (right) => ({ ...right, issueInstant: right.issueInstant - 10 * minuteMs }) } },
    /invalid artifact.instant/,
  ],
  [
    'that the provider fails at',
    { resolving: { response: (right) => ({ ...right, status: { code: statusCodes.responder } }) } },
    /unavailable artifact.resolveStatus/,
  ],
  [
    'with two messages inside',
    {
      resolving: { signedBy: 'nobody', changed: (right) => withContent(right, [...right.content, samlp('Response')]) },
    },
    /invalid artifact.structure/,
  ],
  [
    'with an assertion beside the message (S1)',
    {
      resolving: {
        signedBy: 'nobody',
        changed: (right) => {
          const [issuer = '', ...rest] = right.content;
          return withContent(right, [issuer, samlp('Extensions', {}, saml('Assertion')), ...rest]);
        },
      },
    },
    /invalid artifact.strayAssertion/,
  ],
  [
    'that stands for something else than a Response',
    {
      resolving: { response: (right) => ({ ...right, message: samlp('LogoutRequest', { ID: '_l', Version: '2.0' }) }) },
    },
    /invalid saml.wrongMessage/,
  ],
  [
    'at a provider that does not answer',
    { resolving: { answer: async () => assert.fail('no whole answer within 5000 ms') } },
    /unavailable artifact.asked/,
  ],
  [
    'at a provider that redirects',
    { resolving: { answer: async () => ({ status: 302, body: Buffer.alloc(0) }) } },
    /unavailable artifact.asked/,
  ],
  [
    'at a provider that answers with a page',
    { resolving: { answer: async () => ({ status: 200, body: Buffer.from('<html><body>') }) } },
    /invalid artifact.xml/,
  ],
];

describe('an artifact logs nobody in', () => {
  for (const [what, trick, told] of tricks) {
    test(what, async () => assert.match(refusalOf(await logIn(byArtifact(), trick)), told));
  }

  test('a second time: nobody is asked again, in this visit or another', async () => {
    const visit = byArtifact();
    let first: Record<string, string> = {};
    const answer = await logIn(visit, { brought: (fields) => (first = fields) });
    assert.equal(answer.kind, 'proven');
    assert.match(refusalOf(await visit.back(first)), /invalid artifact.once/);
    await visit.begin();
    assert.match(refusalOf(await visit.back(first)), /invalid artifact.once/);
    assert.equal(visit.artifacts.asked, 1);
  });

  test('where the provider’s answers come by POST', async () => {
    const visit = new SamlVisit();
    const asked = await visit.begin();
    const form = visit.artifacts.instead(visit.there.answer(asked, {}, visit.now));
    assert.match(refusalOf(await visit.back(Object.fromEntries(form.fields))), /invalid binding/);
    assert.equal(visit.artifacts.asked, 0);
  });

  test('brought at once from many sides, more than one time', async () => {
    const visit = byArtifact();
    const form = visit.artifacts.instead(visit.there.answer(await visit.begin(), {}, visit.now));
    const fields = Object.fromEntries(form.fields);
    const answers = await Promise.all(Array.from({ length: 8 }, () => visit.back(fields)));
    assert.equal(answers.filter(({ kind }) => kind === 'proven').length, 1);
  });

  test('nothing that the provider wrote is in an error', async () => {
    const status = { code: statusCodes.responder, second: 'urn:theirs:197001011233', message: '197001011233' };
    const answer = await logIn(byArtifact(), { resolving: { response: (right) => ({ ...right, status }) } });
    assert.doesNotMatch(JSON.stringify(answer), /197001011233/);
  });
});
