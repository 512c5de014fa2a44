// Answers by artifact: a reference through the browser, the answer itself once, by SOAP, to the application that it is for.
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { formOf, hubEntityId, SamlAsker } from '../../../../test/fakes/saml-asker.ts';
import { SamlHub, type SamlKey, samlApplication, samlIssuer, samlKeyOf } from '../../../../test/fakes/saml-hub.ts';
import { minuteMs } from '../../../base/clock.ts';
import {
  type ArtifactResolve,
  bindings,
  judgeArtifactResponse,
  judgeResponse,
  openMessage,
  parseArtifact,
  signMessage,
  soapEnvelope,
  sourceIdOf,
  statusCodes,
  writeArtifactResolve,
} from '../../../base/saml/index.ts';
import { loadXml, writeXml } from '../../../base/xml/index.ts';
import type { SamlApplication } from '../../../core/catalogue/index.ts';
import { type SamlChecks, samlChecks } from './checks.ts';

before(loadXml);

const resolveUrl = `${samlIssuer.url}/saml/artifact`;
const acs = 'https://link.example/acs-artifact';
const consumers = [
  { binding: 'post', location: 'https://link.example/acs', index: 0, isDefault: true },
  { binding: 'artifact', location: acs, index: 1 },
] as const;
const link = (change: Partial<SamlApplication> = {}) =>
  samlApplication('link', { assertionConsumers: consumers, ...change });
const byArtifact = { assertionConsumerServiceIndex: 1 };

/** A hub whose answer to `link` waits, and what its browser brought there. */
async function waiting(checks: SamlChecks = samlChecks, application = link()) {
  const hub = new SamlHub([application, samlApplication('other')], { checks });
  const sp = new SamlAsker(hub);
  const request = sp.request(byArtifact);
  const answer = await sp.ask(request, { relayState: 'back' });
  const { action, fields } = formOf(answer);
  assert.equal(action, acs, String(answer.body));
  return { hub, sp, request, fields, artifact: fields.SAMLart ?? '' };
}

type Asking = Partial<ArtifactResolve> & { readonly key?: SamlKey | undefined };

async function resolve(hub: SamlHub, artifact: string, { key = samlKeyOf('link'), ...change }: Asking = {}) {
  const element = writeArtifactResolve({
    id: '_resolve1',
    issueInstant: hub.now,
    issuer: 'https://link.example/sp',
    destination: resolveUrl,
    artifact,
    ...change,
  });
  const xml = soapEnvelope(signMessage(element, key.key));
  return await hub.call('POST', '/helse/saml/artifact', { xml, contentType: 'text/xml' });
}

/** The message in the answer, judged as a careful application does; undefined when there is none. */
function messageIn(hub: SamlHub, answer: Awaited<ReturnType<typeof resolve>>) {
  assert.equal(answer.status, 200, String(answer.body));
  assert.match(String(answer.headers['content-type']), /^text\/xml/);
  const opening = openMessage({ binding: 'soap', xml: Buffer.from(answer.body ?? '') });
  assert.ok(opening.ok);
  const peer = { entityId: hubEntityId, keys: [createPublicKey(hub.key.pem)] };
  const verdict = judgeArtifactResponse(opening.message, { now: hub.now, peer, requestId: '_resolve1' });
  if (!verdict.accepted) assert.equal(verdict.reason, 'resolvedMessage', verdict.because);
  return verdict.accepted ? verdict.message : undefined;
}

describe('an answer by artifact', () => {
  test('tells the browser nothing but the reference, and the application all that POST would', async () => {
    const { hub, sp, request, fields, artifact } = await waiting(
      samlChecks,
      link({ keys: { signing: [samlKeyOf('link').pem], encryption: [samlKeyOf('link').pem] } }),
    );
    assert.deepEqual(Object.keys(fields), ['SAMLart', 'RelayState']);
    assert.equal(fields.RelayState, 'back');
    assert.deepEqual(parseArtifact(artifact)?.sourceId, sourceIdOf(hubEntityId));
    const message = messageIn(hub, await resolve(hub, artifact));
    assert.ok(message);
    const verdict = judgeResponse(message, {
      now: hub.now,
      ownEntityId: sp.entityId,
      acsUrl: acs,
      provider: { entityId: hubEntityId, keys: [createPublicKey(hub.key.pem)], signs: 'both' },
      encryption: { keys: [samlKeyOf('link').privateKey], required: true },
      request: { id: request.id, at: hub.now - 1000, forceAuthn: false },
    });
    assert.ok(verdict.accepted, JSON.stringify(verdict));
    assert.equal(verdict.assertion.nameId?.value, 'lasting');
    assert.deepEqual(hub.audited(), ['ticket.issued', 'ticket.fetched']);
    assert.equal(hub.store.audit[1]?.reference, hub.store.audit[0]?.reference, 'one story');
    assert.equal(hub.kept.size, 0);
  });

  test('is a refusal too', async () => {
    const hub = new SamlHub([link()]);
    const sp = new SamlAsker(hub);
    hub.login = (request) => ({
      kind: 'done',
      request,
      outcome: { kind: 'refused', error: 'cancelled', reason: 'policy.denied', reference: 'AAAA-0002' },
    });
    const { fields } = formOf(await sp.ask(byArtifact));
    const message = messageIn(hub, await resolve(hub, fields.SAMLart ?? ''));
    assert.match(writeXml(message?.document.root ?? assert.fail('no message')), /status\/1\.0\/cancel/);
  });

  test('is what a request asks for by binding, or an application has nothing else for', async () => {
    const hub = new SamlHub([link()]);
    const sp = new SamlAsker(hub);
    assert.ok(formOf(await sp.ask({ protocolBinding: bindings.artifact })).fields.SAMLart);
    assert.ok(formOf(await sp.ask()).fields.SAMLResponse, 'by POST where that is the default');
    hub.change('link', { assertionConsumers: [consumers[1]], unsolicited: true });
    assert.ok(formOf(await sp.ask()).fields.SAMLart);
    assert.ok(formOf(await hub.call('GET', '/helse/saml/init/link')).fields.SAMLart);
  });

  test('does not go to a place that is registered for POST meanwhile', async () => {
    const hub = new SamlHub([link()]);
    const letIn = hub.login;
    hub.login = (request) => {
      const turn = letIn(request);
      hub.change('link', { assertionConsumers: [{ binding: 'post', location: acs }] });
      return turn;
    };
    assert.match(String((await new SamlAsker(hub).ask(byArtifact)).body), /request\.redirectUri/);
    assert.equal(hub.kept.size, 0);
  });

  test('our metadata says where', async () => {
    const { body } = await new SamlHub().call('GET', '/helse/saml/metadata');
    assert.match(
      String(body),
      /<md:ArtifactResolutionService [^>]*Location="https:\/\/hub\.example\/helse\/saml\/artifact"/,
    );
  });
});

describe('an artifact is given out', () => {
  test('once, however many ask at once', async () => {
    const { hub, artifact } = await waiting();
    const answers = await Promise.all(Array.from({ length: 8 }, () => resolve(hub, artifact)));
    assert.equal(answers.filter((answer) => messageIn(hub, answer) !== undefined).length, 1);
    assert.equal(messageIn(hub, await resolve(hub, artifact)), undefined);
    assert.ok(hub.audited().includes('ticket.replayed artifact.once'));
  });

  test('to its application still, after another one tried', async () => {
    const { hub, artifact } = await waiting();
    const other = { issuer: 'https://other.example/sp', key: samlKeyOf('other') };
    assert.equal(messageIn(hub, await resolve(hub, artifact, other)), undefined);
    assert.ok(messageIn(hub, await resolve(hub, artifact)));
  });

  test('at its own issuer', async () => {
    const { hub, artifact } = await waiting();
    hub.change('link', { issuer: 'second' });
    const element = writeArtifactResolve({
      id: '_resolve1',
      issueInstant: hub.now,
      issuer: 'https://link.example/sp',
      artifact,
    });
    const xml = soapEnvelope(signMessage(element, samlKeyOf('link').key));
    const answer = await hub.call('POST', '/saml/artifact', { xml, contentType: 'text/xml' });
    assert.match(String(answer.body), /made by another entity/);
  });
});

interface Case {
  readonly list: 'opening' | 'artifactResolve' | 'artifact';
  readonly check: string;
  readonly what: string;
  readonly asking?: (hub: SamlHub) => Asking;
  readonly before?: (hub: SamlHub) => void;
  readonly artifact?: (right: string) => string;
  /** Without the check nothing is there to give out: our own mistake. */
  readonly stillNothing?: true;
}

const cases: readonly Case[] = [
  {
    list: 'artifactResolve',
    check: 'signature',
    what: 'signed by another key',
    asking: () => ({ key: samlKeyOf('thief') }),
  },
  {
    list: 'artifactResolve',
    check: 'destination',
    what: 'for another place',
    asking: () => ({ destination: 'https://x.example' }),
  },
  {
    list: 'artifactResolve',
    check: 'instant',
    what: 'too old',
    asking: ({ now }) => ({ issueInstant: now - 10 * minuteMs }),
  },
  {
    list: 'artifact',
    check: 'artifact.known',
    what: 'of which nothing is known',
    artifact: (right) => Buffer.from(Buffer.from(right, 'base64').fill(1, 24)).toString('base64'),
    stillNothing: true,
  },
  {
    list: 'artifact',
    check: 'artifact.application',
    what: 'of another application',
    asking: () => ({ issuer: 'https://other.example/sp', key: samlKeyOf('other') }),
  },
  {
    list: 'artifact',
    check: 'artifact.life',
    what: 'that is over',
    before: (hub) => {
      hub.now += minuteMs;
    },
  },
];

describe('an artifact is not given out', () => {
  for (const { list, check, what, stillNothing, ...given } of cases) {
    test(`${list} ${check}: ${what}`, async () => {
      const of = async (checks: SamlChecks) => {
        const { hub, artifact } = await waiting(checks);
        given.before?.(hub);
        const answer = await resolve(hub, given.artifact?.(artifact) ?? artifact, given.asking?.(hub));
        return { hub, answer };
      };
      const { hub, answer } = await of(samlChecks);
      assert.doesNotMatch(String(answer.body), /samlp:Response|lasting/);
      assert.equal(hub.audited().at(-1), `ticket.refused ${check}`);
      const fewer: SamlChecks = {
        ...samlChecks,
        [list]: (samlChecks[list] as readonly { readonly name: string }[]).filter(({ name }) => name !== check),
      };
      const without = await of(fewer);
      if (stillNothing) assert.equal(without.answer.status, 400);
      else assert.ok(messageIn(without.hub, without.answer), 'the check is what refuses it');
    });
  }

  test('every check of what is kept is shown', () => {
    const shown = cases.filter(({ list }) => list === 'artifact').map(({ check }) => check);
    assert.deepEqual(
      samlChecks.artifact.map(({ name }) => name),
      shown,
    );
  });

  test('without a signature, to a stranger, or to what is no ArtifactResolve: nothing is signed', async () => {
    const { hub, artifact } = await waiting();
    const plain = writeArtifactResolve({
      id: '_resolve1',
      issueInstant: hub.now,
      issuer: 'https://link.example/sp',
      artifact,
    });
    for (const xml of [
      soapEnvelope(plain),
      soapEnvelope(
        signMessage(
          writeArtifactResolve({ id: '_r', issueInstant: hub.now, issuer: 'x', artifact }),
          samlKeyOf('link').key,
        ),
      ),
      Buffer.from(writeXml(plain)),
      Buffer.from('<a>'),
      Buffer.alloc(0),
      Buffer.from('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    ]) {
      const answer = await hub.call('POST', '/helse/saml/artifact', { xml, contentType: 'text/xml' });
      assert.equal(answer.status, 400);
      assert.doesNotMatch(String(answer.body), /Signature/);
    }
    assert.ok(messageIn(hub, await resolve(hub, artifact)), 'nothing was lost by it');
  });

  test('and why not is told to nobody', async () => {
    const { hub, artifact } = await waiting();
    const bodies = [];
    const other = { issuer: 'https://other.example/sp', key: samlKeyOf('other') };
    for (const asking of [other, {}, {}]) bodies.push(String((await resolve(hub, artifact, asking)).body));
    const status = (body = '') => /<samlp:Status>.*<\/samlp:Status>/.exec(body)?.[0];
    assert.match(status(bodies[0]) ?? '', new RegExp(statusCodes.success));
    assert.equal(status(bodies[0]), status(bodies[2]));
  });
});
