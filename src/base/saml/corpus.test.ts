// The SAML corpus as a table: every case says what must come of it, and every check turns at least one case.
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { loadXml } from '../xml/index.ts';
import {
  artifactChecks,
  artifactResolveChecks,
  artifactResponseChecks,
  assertionChecks,
  authnRequestChecks,
  type BindingReading,
  type IndexedEndpoint,
  judgeArtifact,
  judgeArtifactResolve,
  judgeArtifactResponse,
  judgeAuthnRequest,
  judgeLogoutRequest,
  judgeLogoutResponse,
  judgeMetadata,
  judgeResponse,
  logoutRequestChecks,
  logoutResponseChecks,
  metadataChecks,
  openingChecks,
  openMessage,
  type ResponseExpected,
  type ResponseVerdict,
  readArtifactFields,
  readPost,
  readRedirect,
  responseChecks,
} from './index.ts';

interface CaseFile {
  readonly kind:
    | 'response'
    | 'request'
    | 'logout-request'
    | 'logout-response'
    | 'artifact'
    | 'artifact-resolve'
    | 'artifact-response'
    | 'metadata';
  readonly at: string;
  readonly xml?: string;
  readonly base64?: string;
  readonly post?: readonly (readonly [string, string])[];
  readonly redirect?: string;
  readonly signs?: 'response' | 'assertion' | 'both';
  readonly request?: Partial<NonNullable<ResponseExpected['request']>> | null;
  readonly settings?: {
    readonly unsolicitedAllowed?: boolean;
    readonly encryptionRequired?: boolean;
    readonly decrypts?: boolean;
    readonly allowCbc?: boolean;
    readonly mustSign?: boolean;
    readonly pinned?: boolean;
    readonly entityId?: string;
  };
  readonly expect: Readonly<Record<string, unknown>>;
}

interface Common {
  readonly ownEntityId: string;
  readonly acsUrl: string;
  readonly ssoUrl: string;
  readonly sloUrl: string;
  readonly artifactUrl: string;
  readonly provider: {
    readonly entityId: string;
    readonly keys: readonly string[];
    readonly artifactEndpoints: readonly number[];
  };
  readonly application: {
    readonly entityId: string;
    readonly keys: readonly string[];
    readonly assertionConsumer: readonly IndexedEndpoint[];
    readonly attributeConsuming: readonly number[];
  };
  readonly federation: { readonly keys: readonly string[] };
  readonly decryption: readonly string[];
  readonly request: { readonly id: string; readonly at: string; readonly forceAuthn: boolean };
  readonly logoutRequestId: string;
  readonly artifactRequestId: string;
  readonly ownArtifactEndpoints: readonly number[];
}

const root = join(import.meta.dirname, '..', '..', '..', 'test', 'corpus');
const folder = (kind: 'valid' | 'invalid') => join(root, kind, 'saml');
const common = JSON.parse(readFileSync(join(folder('valid'), '_common.json'), 'utf8')) as Common;
const publicKeys = (pems: readonly string[]) => pems.map((pem) => createPublicKey(pem));
const provider = { entityId: common.provider.entityId, keys: publicKeys(common.provider.keys) };
const application = { ...common.application, keys: publicKeys(common.application.keys) };
const pinned = publicKeys(common.federation.keys);
const decryption = common.decryption.map((pem) => createPrivateKey(pem));

const casesOf = (kind: 'valid' | 'invalid'): { name: string; file: CaseFile }[] =>
  readdirSync(folder(kind))
    .filter((name) => name.endsWith('.json') && !name.startsWith('_'))
    .map((name) => ({
      name: name.slice(0, -5),
      file: JSON.parse(readFileSync(join(folder(kind), name), 'utf8')) as CaseFile,
    }));

const lists = {
  opening: openingChecks,
  response: responseChecks,
  assertion: assertionChecks,
  request: authnRequestChecks,
  logoutRequest: logoutRequestChecks,
  logoutResponse: logoutResponseChecks,
  artifact: artifactChecks,
  artifactResolve: artifactResolveChecks,
  artifactResponse: artifactResponseChecks,
  metadata: metadataChecks,
};
type Lists = typeof lists;
type Verdict = { readonly accepted: boolean; readonly reason?: string };

const bytesOf = ({ xml = '', base64 }: CaseFile): Buffer =>
  base64 === undefined ? Buffer.from(xml) : Buffer.from(base64, 'base64');

function receivedOf(file: CaseFile): BindingReading {
  const { kind } = file;
  if (kind === 'artifact-resolve' || kind === 'artifact-response')
    return { ok: true, received: { binding: 'soap', xml: bytesOf(file) } };
  if (file.redirect !== undefined) return readRedirect(file.redirect);
  const parameter = kind === 'request' || kind === 'logout-request' ? 'SAMLRequest' : 'SAMLResponse';
  return readPost(file.post ?? [[parameter, bytesOf(file).toString('base64')] as const]);
}

function judge(file: CaseFile, checks: Lists = lists): Verdict {
  const { kind, settings = {} } = file;
  const now = Date.parse(file.at);
  if (kind === 'metadata') {
    const keys = settings.pinned === false ? [] : pinned;
    return judgeMetadata(bytesOf(file), { now, keys, entityId: settings.entityId }, checks.metadata);
  }
  if (kind === 'artifact') {
    const read = readArtifactFields(file.post ?? []);
    const { entityId, artifactEndpoints: endpoints } = common.provider;
    return read.ok
      ? judgeArtifact(read.artifact, { entityId, endpoints }, checks.artifact)
      : { accepted: false, reason: read.reason };
  }
  const read = receivedOf(file);
  if (!read.ok) return { accepted: false, reason: read.reason };
  const opening = openMessage(read.received, checks.opening);
  if (!opening.ok) return { accepted: false, reason: opening.reason };
  const { message } = opening;
  const logout = { now, endpointUrl: common.sloUrl, peer: application };
  switch (kind) {
    case 'response':
      return judgeResponse(message, responseExpected(file, now), checks);
    case 'request': {
      const serviceProvider = { ...application, mustSign: settings.mustSign ?? true };
      return judgeAuthnRequest(message, { now, endpointUrl: common.ssoUrl, serviceProvider }, checks.request);
    }
    case 'logout-request':
      return judgeLogoutRequest(message, logout, checks.logoutRequest);
    case 'artifact-resolve': {
      const own = { entityId: common.ownEntityId, endpoints: common.ownArtifactEndpoints };
      const expected = { now, endpointUrl: common.artifactUrl, peer: application, own };
      return judgeArtifactResolve(message, expected, checks.artifactResolve);
    }
    case 'artifact-response': {
      const expected = { now, peer: provider, requestId: common.artifactRequestId };
      const verdict = judgeArtifactResponse(message, expected, checks.artifactResponse);
      // What it stands for is judged like what comes by POST.
      return verdict.accepted ? judgeResponse(verdict.message, responseExpected(file, now), checks) : verdict;
    }
    case 'logout-response':
      return judgeLogoutResponse(message, { ...logout, requestId: common.logoutRequestId }, checks.logoutResponse);
  }
}

function responseExpected(file: CaseFile, now: number): ResponseExpected {
  const { settings = {}, signs = 'both' } = file;
  const { id, at, forceAuthn } = common.request;
  return {
    now,
    ownEntityId: common.ownEntityId,
    acsUrl: common.acsUrl,
    provider: { ...provider, signs },
    ...(settings.decrypts === false
      ? {}
      : {
          encryption: { keys: decryption, required: settings.encryptionRequired, allowCbc: settings.allowCbc },
        }),
    ...(file.request === null ? {} : { request: { id, at: Date.parse(at), forceAuthn, ...file.request } }),
    unsolicitedAllowed: settings.unsolicitedAllowed,
  };
}

const outcome = ({ accepted, reason }: Verdict): string => (accepted ? 'accepted' : String(reason));

/** What a case may expect, of any kind of message, by the names that its file uses. */
function factsOf(verdict: Verdict): Record<string, unknown> {
  const { assertion, request, answerTo, entities, validUntil, ...rest } = verdict as Verdict &
    Record<string, never> & {
      readonly assertion?: Extract<ResponseVerdict, { accepted: true }>['assertion'];
      readonly request?: { readonly nameId?: { readonly value: string } };
      readonly answerTo?: IndexedEndpoint;
      readonly entities?: readonly { readonly entityId: string }[];
      readonly validUntil?: number;
    };
  return {
    ...rest,
    ...assertion,
    nameId: (assertion ?? request)?.nameId?.value,
    answerTo: answerTo?.location,
    entities: entities?.map(({ entityId }) => entityId),
    validUntil: validUntil === undefined ? undefined : new Date(validUntil).toISOString(),
  };
}

before(loadXml);

describe('messages that are accepted', () => {
  for (const { name, file } of casesOf('valid'))
    test(name, () => {
      const verdict = judge(file);
      assert.ok(verdict.accepted, outcome(verdict));
      const facts = factsOf(verdict);
      for (const [field, value] of Object.entries(file.expect)) assert.deepEqual(facts[field], value, field);
    });
});

describe('messages that are refused, each for its own fault', () => {
  for (const { name, file } of casesOf('invalid'))
    test(name, () => assert.equal(outcome(judge(file)), file.expect.reason));
});

describe('every check is needed', () => {
  const all = [...casesOf('valid'), ...casesOf('invalid')];
  const usual = new Map<string, string>();
  before(() => {
    for (const { name, file } of all) usual.set(name, outcome(judge(file)));
  });
  for (const list of Object.keys(lists) as (keyof Lists)[])
    for (const { name } of lists[list])
      test(`without ${list}.${name} some case turns`, () => {
        const fewer = {
          ...lists,
          [list]: (lists[list] as readonly { name: string }[]).filter((check) => check.name !== name),
        };
        const turned = all.filter((each) => outcome(judge(each.file, fewer)) !== usual.get(each.name));
        assert.notEqual(turned.length, 0);
        // What it refuses is all that turns: no other check rests on it.
        for (const each of turned) assert.equal(usual.get(each.name), name, each.name);
      });
});

test('without any rule on signatures, what nobody signed is still not accepted', () => {
  const about = /signature|signed/i;
  const without = <Each extends { readonly name: string }>(checks: readonly Each[]) =>
    checks.filter(({ name }) => !about.test(name));
  const fewer = { ...lists, response: without(responseChecks), assertion: without(assertionChecks) };
  const outcomes = casesOf('invalid')
    .filter(({ file }) => about.test(String(file.expect.reason)) && file.kind === 'response')
    .map(({ name, file }) => [name, outcome(judge(file, fewer))] as const);
  assert.ok(outcomes.some(([, found]) => found === 'unsigned'));
  for (const name of ['nobody-signed', 'encrypted-words-of-nobody', 'assertion-changed-after-signing'])
    assert.equal(new Map(outcomes).get(name), 'unsigned', name);
});

test('a status is told with the refusal', () => {
  const { file } = casesOf('invalid').find(({ name }) => name === 'status-cancelled-by-the-person')!;
  const verdict = judge(file) as ResponseVerdict;
  assert.ok(!verdict.accepted);
  assert.equal(verdict.status?.second, 'http://id.elegnamnden.se/status/1.0/cancel');
});
