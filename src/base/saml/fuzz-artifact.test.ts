// Artifacts of any text, and answers of any bytes or slightly spoilt: a value or none, never an exception, never another message than was signed.
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { pieces, spoilt } from '../../../test/fakes/spoilt-text.ts';
import { generateSigningKey } from '../jose/index.ts';
import { loadXml } from '../xml/index.ts';
import {
  artifactText,
  judgeArtifact,
  judgeArtifactResolve,
  judgeArtifactResponse,
  openMessage,
  parseArtifact,
  readArtifactFields,
  signMessage,
  soapEnvelope,
  sourceIdOf,
  statusCodes,
  writeArtifactResolve,
  writeArtifactResponse,
  writeResponse,
} from './index.ts';
import { messageSignature } from './message-signature.ts';

const now = Date.UTC(2026, 10, 29, 9);
const { key, privateKey } = generateSigningKey('RS256', { modulusBits: 2048 });
const idp = 'https://idp.example';
const peer = { entityId: idp, keys: [createPublicKey(privateKey)] };
const own = { entityId: idp, endpoints: [0] };
const artifact = artifactText({ endpointIndex: 0, sourceId: sourceIdOf(idp), messageHandle: Buffer.alloc(20, 5) });
const common = { issueInstant: now, issuer: idp };
const status = { code: statusCodes.success };
const message = writeResponse({
  ...common,
  id: '_r',
  inResponseTo: '_1',
  destination: 'https://sp.example/acs',
  status,
});
const answer = soapEnvelope(
  signMessage(writeArtifactResponse({ ...common, id: '_a', inResponseTo: '_1', status, message }), key),
).toString();
const asked = soapEnvelope(signMessage(writeArtifactResolve({ ...common, id: '_1', artifact }), key)).toString();

before(loadXml);

/** What is believed of an answer: the message inside, as the signature covers it. */
function believed(bytes: Uint8Array): string | undefined {
  const opening = openMessage({ binding: 'soap', xml: Buffer.from(bytes) });
  if (!opening.ok) return undefined;
  const verdict = judgeArtifactResponse(opening.message, { now, peer, requestId: '_1' });
  if (!verdict.accepted) return undefined;
  const { present, fault, element } = messageSignature(verdict.message, peer);
  return present && fault === undefined ? JSON.stringify(element) : undefined;
}

function resolved(bytes: Uint8Array): string | undefined {
  const opening = openMessage({ binding: 'soap', xml: Buffer.from(bytes) });
  if (!opening.ok) return undefined;
  const verdict = judgeArtifactResolve(opening.message, { now, peer, own, endpointUrl: 'https://idp.example/resolve' });
  return verdict.accepted ? JSON.stringify(verdict.resolve) : undefined;
}

describe('fuzz', () => {
  test('an artifact of any text is one in its only spelling, or none', () => {
    const nearly = spoilt(artifact, ['A', '=', '/', '+', ' ', '\n', '%']);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 100 }), nearly), (text) => {
        const found = parseArtifact(text);
        if (found !== undefined) assert.equal(artifactText(found), text.replace(/[\r\n]/g, ''));
        const verdict = judgeArtifact(text, own);
        assert.ok(!verdict.accepted || verdict.artifact.sourceId.equals(sourceIdOf(idp)));
      }),
      { numRuns: 3000 },
    );
  });

  test('fields of any kind are read, or are none', () => {
    const name = fc.constantFrom('SAMLart', 'SAMLResponse', 'RelayState', 'x');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string({ unit: 'binary' })), { maxLength: 4 }), (fields) => {
        const read = readArtifactFields(fields);
        if (read.ok) assert.equal(fields.filter(([one]) => one === 'SAMLart').length, 1);
      }),
      { numRuns: 500 },
    );
  });

  test('an answer of any bytes is never believed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        assert.equal(believed(bytes), undefined);
        assert.equal(resolved(bytes), undefined);
      }),
      { numRuns: 500 },
    );
  });

  for (const [what, good, read] of [
    ['answer', answer, believed],
    ['question', asked, resolved],
  ] as const) {
    test(`a spoilt ${what} says what the good one says, or nothing`, () => {
      const said = read(Buffer.from(good));
      assert.ok(said);
      fc.assert(
        fc.property(spoilt(good, pieces(good)), (text) => {
          const found = read(Buffer.from(text));
          assert.ok(found === undefined || found === said, 'other words than those that were signed');
        }),
        { numRuns: 1500 },
      );
    });
  }
});
