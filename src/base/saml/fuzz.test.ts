// Messages of any bytes and slightly spoilt ones: an answer in bounded time, never an exception, never accepted as another.
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { pieces as piecesOf, spoilt } from '../../../test/fakes/spoilt-text.ts';
import { generateSigningKey } from '../jose/index.ts';
import { loadXml, writeXml } from '../xml/index.ts';
import {
  bindings,
  confirmationMethods,
  judgeAuthnRequest,
  judgeMetadata,
  judgeResponse,
  openMessage,
  parseArtifact,
  parseDuration,
  parseInstant,
  readPost,
  readRedirect,
  redirectUrl,
  signMessage,
  statusCodes,
  writeAssertion,
  writeAuthnRequest,
  writeResponse,
} from './index.ts';

const now = Date.UTC(2026, 10, 29, 9);
const { key, privateKey } = generateSigningKey('RS256', { modulusBits: 2048 });
const keys = [createPublicKey(privateKey)];
const idp = 'https://idp.example';
const sp = 'https://sp.example';
const acs = 'https://sp.example/acs';
const common = { issueInstant: now, issuer: idp, destination: acs, inResponseTo: '_1' };
const assertion = writeAssertion({
  id: '_a',
  issueInstant: now,
  issuer: idp,
  subject: {
    nameId: { value: 'anna' },
    confirmations: [
      { method: confirmationMethods.bearer, data: { notOnOrAfter: now + 60_000, recipient: acs, inResponseTo: '_1' } },
    ],
  },
  conditions: { audienceRestrictions: [[sp]], oneTimeUse: false, notUnderstood: 0 },
  authnStatements: [{ authnInstant: now, classRef: 'urn:c', authenticatingAuthorities: [] }],
  attributeStatements: [[{ name: 'urn:oid:2.5.4.42', values: ['Anna'] }]],
});
const status = { code: statusCodes.success };
const good = writeXml(signMessage(writeResponse({ ...common, id: '_r', status, assertion }), key));
const request = writeAuthnRequest({
  id: '_q',
  issueInstant: now,
  issuer: sp,
  destination: idp,
  forceAuthn: false,
  isPassive: false,
  principalSelection: [],
});
const goodQuery =
  redirectUrl({
    location: idp,
    parameter: 'SAMLRequest',
    xml: Buffer.from(writeXml(request)),
    relayState: 'r',
    key,
  }).split('?')[1] ?? '';

const acceptsResponse = (xml: Uint8Array): string | undefined => {
  const opening = openMessage({ binding: 'post', parameter: 'SAMLResponse', xml: Buffer.from(xml) });
  if (!opening.ok) return undefined;
  const verdict = judgeResponse(opening.message, {
    now,
    ownEntityId: sp,
    acsUrl: acs,
    provider: { entityId: idp, keys, signs: 'response' },
    encryption: { keys: [privateKey] },
    request: { id: '_1', at: now, forceAuthn: false },
  });
  return verdict.accepted ? JSON.stringify(verdict.assertion) : undefined;
};
const acceptsQuery = (query: string): string | undefined => {
  const read = readRedirect(query);
  if (!read.ok) return undefined;
  const opening = openMessage(read.received);
  if (!opening.ok) return undefined;
  const endpoint = { binding: bindings.post, location: acs, index: 0 };
  const serviceProvider = { entityId: sp, keys, mustSign: true, assertionConsumer: [endpoint], attributeConsuming: [] };
  const verdict = judgeAuthnRequest(opening.message, { now, endpointUrl: idp, serviceProvider });
  return verdict.accepted ? JSON.stringify([verdict.request, read.received.relayState]) : undefined;
};

before(loadXml);

const pieces = piecesOf(good);

describe('fuzz', () => {
  test('a Response of any bytes is never accepted', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 400 }),
          fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((some) => Buffer.from(some.join(''))),
        ),
        (bytes) => {
          assert.equal(acceptsResponse(bytes), undefined);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('a spoilt Response says what the good one says, or nothing, and soon', () => {
    const said = acceptsResponse(Buffer.from(good));
    assert.ok(said);
    let longest = 0;
    fc.assert(
      fc.property(spoilt(good, pieces), (text) => {
        const begun = process.cpuUsage();
        const found = acceptsResponse(Buffer.from(text));
        longest = Math.max(longest, process.cpuUsage(begun).user / 1000);
        assert.ok(found === undefined || found === said, 'other words than those that were signed');
      }),
      { numRuns: 2000 },
    );
    assert.ok(longest < 2000, `${longest} ms`);
  });

  test('a spoilt query says what the good one says, or nothing', () => {
    const said = acceptsQuery(goodQuery);
    assert.ok(said);
    const parts = [
      '&',
      '=',
      '%',
      '+',
      '%2B',
      '&RelayState=x',
      '&SAMLRequest=',
      '&SigAlg=x',
      'SAMLRequest',
      '&x=y',
      '#',
    ];
    fc.assert(
      fc.property(spoilt(goodQuery, parts), (query) => {
        const found = acceptsQuery(query);
        assert.ok(found === undefined || found === said);
      }),
      { numRuns: 1500 },
    );
  });

  test('forms, metadata, artifacts, times: a value or none, never an exception', () => {
    const name = fc.constantFrom('SAMLRequest', 'SAMLResponse', 'RelayState', 'x');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, fc.string({ unit: 'binary' })), { maxLength: 4 }),
        fc.string({ unit: 'binary' }),
        (fields, text) => {
          assert.equal(typeof readPost(fields).ok, 'boolean');
          assert.equal(judgeMetadata(Buffer.from(text), { now, keys }).accepted, false);
          for (const value of [parseInstant(text), parseDuration(text)])
            assert.ok(value === undefined || Number.isFinite(value));
          parseArtifact(text);
        },
      ),
      { numRuns: 500 },
    );
  });
});
