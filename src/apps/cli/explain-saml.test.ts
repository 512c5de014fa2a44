// What a help desk is told of a SAML login that was refused: by which check, and in words, whoever refused it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { SamlAsker } from '../../../test/fakes/saml-asker.ts';
import { SamlHub, samlApplication, samlKeyOf } from '../../../test/fakes/saml-hub.ts';
import { SamlVisit } from '../../../test/fakes/saml-visit.ts';
import { minuteMs } from '../../base/clock.ts';
import { metadataChecks, nameIdFormats, statusCodes, writeAuthnRequest } from '../../base/saml/index.ts';
import { loadXml } from '../../base/xml/index.ts';
import { type AuditRecord, eventText, parseEventText, type StoredEvent } from '../../core/audit/index.ts';
import { admissionChecks } from '../../core/metadata/admission-checks.ts';
import { weakeningChecks } from '../../core/metadata/changes.ts';
import { documentChecks } from '../../core/metadata/document-checks.ts';
import { auditKinds, locales } from '../../wire/codes/index.ts';
import { trailWords } from '../../wire/texts/index.ts';
import { journeyLines } from './explain-text.ts';
import { faultWords } from './fault-words.ts';

function stored(record: AuditRecord): StoredEvent {
  const event = parseEventText(eventText(record));
  assert.ok(event);
  return event;
}

/** The line of a refusal must name its check, and say at least three words that are no code. */
function isTold(record: AuditRecord, check: string, words: RegExp): void {
  for (const locale of locales) {
    const [, line = ''] = journeyLines([stored(record)], locale);
    assert.ok(line.includes(`${trailWords[locale].steps[record.kind as 'ticket.refused']}`), line);
    assert.ok(line.includes(check), line);
    assert.match(line, words);
  }
}

describe('an application that logs people in here', () => {
  before(loadXml);
  const strict = () => new SamlHub([samlApplication('link', { requireSignedRequest: true })]);
  const cases: readonly [string, RegExp, (hub: SamlHub, asker: SamlAsker) => Promise<unknown>][] = [
    [
      'request.binding',
      /twoMessages: a request and an answer came at once/,
      (hub) => hub.call('GET', '/helse/saml/sso', { query: 'SAMLRequest=a&SAMLResponse=b' }),
    ],
    [
      'request.application',
      /no application of this entity ID/,
      (_, asker) => asker.ask({ issuer: 'https://x.example' }),
    ],
    ['signed', /not signed/, (_, asker) => asker.ask({}, { key: undefined })],
    [
      'signature',
      /signature\.value: no key that is registered made it/,
      (_, asker) => asker.post(writeAuthnRequest(asker.request()), samlKeyOf('somebody')),
    ],
    [
      'assertionConsumer',
      /[a-z]+ [a-z]+ [a-z]+/,
      (_, asker) => asker.ask({ assertionConsumerServiceUrl: 'https://evil.example/acs' }),
    ],
    [
      'request.nameFormat',
      /a format of NameID that the application is not registered for/,
      (_, asker) => asker.ask({ nameIdPolicy: { format: nameIdFormats.emailAddress, allowCreate: false } }),
    ],
    [
      'answer.subject',
      /another person than the request names/,
      (_, asker) => asker.ask({ subject: { value: 'somebody' } }),
    ],
    ['request.resumed', /no request that was judged here/, (hub) => hub.call('GET', '/helse/saml/sso/continue')],
    ['request.unsolicited', /[a-z]+ [a-z]+ [a-z]+/, (hub) => hub.call('GET', '/helse/saml/init/link')],
  ];
  for (const [check, words, ask] of cases) {
    test(check, async () => {
      const hub = strict();
      await ask(hub, new SamlAsker(hub));
      const record = hub.store.audit.findLast(({ outcome }) => outcome === 'refused');
      assert.ok(record, hub.audited().join());
      isTold(record, check, words);
    });
  }
});

describe('a provider that logs people in for us', () => {
  before(loadXml);
  type Visit = (visit: SamlVisit) => ReturnType<SamlVisit['logIn']>;
  const changed = (from: string, to: string) => (fields: Record<string, string>) => ({
    ...fields,
    SAMLResponse: Buffer.from(
      Buffer.from(fields.SAMLResponse ?? '', 'base64')
        .toString()
        .replaceAll(from, to),
    ).toString('base64'),
  });
  const cases: readonly [string, RegExp, Visit][] = [
    [
      'relayState',
      /not the one that went out with the request/,
      (visit) => visit.logIn({}, {}, (fields) => ({ ...fields, RelayState: 'x' })),
    ],
    [
      'binding',
      /notEncoded: the message is not base64/,
      (visit) => visit.logIn({}, {}, (fields) => ({ ...fields, SAMLResponse: '%' })),
    ],
    [
      'saml.xml.doctype',
      /xml\.doctype|cannot be read/,
      (visit) => visit.logIn({}, {}, changed('<samlp:Response', '<!DOCTYPE x><samlp:Response')),
    ],
    [
      'saml.responseSignature',
      /signature\.digest: what is signed was changed/,
      (visit) => visit.logIn({}, {}, changed('_', '_x')),
    ],
    [
      'saml.status',
      /the provider says no, .*AuthnFailed/,
      (visit) => visit.logIn({ status: { code: statusCodes.responder, second: statusCodes.authnFailed } }),
    ],
    [
      'saml.requestedContext',
      /an authentication context that was not asked for/,
      (visit) => visit.logIn({}, { required: 'high' }),
    ],
    [
      'login.recent',
      /the oldest login that will do/,
      (visit) => visit.logIn({ authnInstant: visit.now - 20 * minuteMs }, { maxAgeSeconds: 600 }),
    ],
  ];
  for (const [check, words, visitBy] of cases) {
    test(check, async () => {
      const answer = await visitBy(new SamlVisit());
      assert.ok(answer.kind === 'refused', JSON.stringify(answer));
      const body = { provider: 'kommun', connector: 'saml', detail: answer.detail };
      isTold({ kind: 'journey.refused', at: 0, outcome: 'refused', reason: answer.reason, body }, check, words);
    });
  }
});

test('every check on metadata stands in the operator’s page', () => {
  const page = readFileSync(new URL('../../../docs/operations/federation-metadata.md', import.meta.url), 'utf8');
  for (const { name } of [...documentChecks, ...admissionChecks, ...weakeningChecks, ...metadataChecks])
    assert.ok(page.includes(`\`${name}\``), name);
});

test('every step of a login, a session or a ticket has words in every language', () => {
  for (const kind of auditKinds.filter((each) => /^(journey|session|ticket)\./.test(each)))
    for (const locale of locales) assert.ok(trailWords[locale].steps[kind as 'ticket.refused'], `${locale} ${kind}`);
});

test('every code has words that a person can do something with', () => {
  for (const [code, words] of Object.entries(faultWords)) assert.match(words, /\w+ \w+ \w+/, code);
});
