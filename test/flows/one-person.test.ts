// V4 over HTTP, with the example of its document: a blocked pair is said in words and a reported one lets in; two people become one,
// whom both methods reach, and are two again; one account at two devices is told of.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { parse } from 'yaml';
import { loadXml } from '../../src/base/xml/index.ts';
import { findRunning } from '../../src/edge/store/embedded/index.ts';
import { text } from '../../src/wire/texts/index.ts';
import { SamlFake } from '../fakes/saml-provider.ts';
import { applyItems } from '../support/hub-pair.ts';
import { type HttpAnswer, HttpBrowser, type RunningHub, startHub, tillitCommand } from '../support/index.ts';
import { assertionOn, openApplication, ownMetadata, samlApplicationItem, samlItem } from './saml-visits.ts';

const document = readFileSync(new URL('../../docs/operations/one-person.md', import.meta.url), 'utf8');
/** The examples of the document, as they are written there. */
const documented = Object.assign(
  {},
  ...[...document.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => parse(yaml) as object),
) as { readonly assignmentConflicts: readonly [Record<string, unknown>]; readonly settings: object };

class Phone extends HttpBrowser {
  override request(url: URL, given: Parameters<HttpBrowser['request']>[1] = {}): Promise<HttpAnswer> {
    const agent =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1';
    return super.request(url, { ...given, headers: { 'user-agent': agent, ...given.headers } });
  }
}

describe('one person, one identity', () => {
  let hub: RunningHub;
  const kommun = new SamlFake('kommun');
  const region = new SamlFake('region');
  const work = (id: string, organisation: string, role = 'handler') => ({ id, organisation, role });
  const person = (id: string, namespace: string, assignments: readonly object[]) => ({
    id,
    givenName: 'Anna',
    familyName: 'Berg',
    identities: [{ namespace: `saml:${namespace}`, value: id }],
    assignments,
  });
  const rule = (effect: string) => ({ assignmentConflicts: [{ ...documented.assignmentConflicts[0], effect }] });
  const both = () => person('both', 'kommun', [work('both-n', 'north-insurance'), work('both-s', 'south-insurance')]);

  before(async () => {
    await loadXml();
    hub = await startHub();
    await applyItems(hub, {
      organisations: ['north-insurance', 'south-insurance', 'town'].map((id) => ({ id, name: id })),
      settings: { demo: true, ...documented.settings },
      providers: [samlItem(kommun), samlItem(region)],
      samlApplications: [samlApplicationItem('cosmic', { unsolicited: true })],
      people: [
        both(),
        person('anna', 'kommun', [work('anna-t', 'town')]),
        person('twin', 'region', [work('twin-t', 'town', 'nurse')]),
      ],
    });
    const own = await ownMetadata(hub);
    await kommun.trust(own);
    await region.trust(own);
  });
  after(() => hub?.remove());

  async function query<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new pg.Client(await findRunning(hub.dataFolder));
    await client.connect();
    try {
      return (await client.query<Row>(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  }
  const lastSession = async () =>
    (await query<{ person: string }>('SELECT person FROM hub.session ORDER BY started_at DESC, id DESC LIMIT 1'))[0]
      ?.person;
  const events = async (kind: string, about: string) =>
    (await query('SELECT id FROM hub.audit_event WHERE kind = $1 AND person = $2', [kind, about])).length;
  const open = (there: SamlFake, who: string, browser?: HttpBrowser) =>
    openApplication(hub, there, 'cosmic', who, browser);
  const ended = async (who: string, by: string): Promise<void> => {
    const found = () => query('SELECT id FROM hub.session WHERE person = $1 AND ended_by = $2', [who, by]);
    for (const end = performance.now() + 60_000; performance.now() < end; await sleep(200))
      if ((await found()).length > 0) return;
    assert.fail(`no session of ${who} ended by ${by}`);
  };

  test('a pair that a rule reports lets in and is told of; one that it blocks does not, and the page says what, why and whom to ask', async () => {
    await applyItems(hub, rule('report'));
    assertionOn(await open(kommun, 'both'));
    assert.equal(await lastSession(), 'both');
    assert.equal(await events('person.assignmentsConflict', 'both'), 1);
    await applyItems(hub, rule('block'));
    const refused = await open(kommun, 'both');
    const words = (['title', 'meaning', 'action'] as const).map((part) =>
      text('en', `reason.policy.assignmentsConflict.${part}`),
    );
    for (const part of [...words, 'Nobody works for two insurers', 'Legal department'])
      assert.ok(refused.body.includes(part), `${part}\n${refused.body}`);
    assert.ok(!refused.body.includes('SAMLResponse'));
    await assert.rejects(
      applyItems(hub, {
        people: [person('anna', 'kommun', [work('anna-n', 'north-insurance'), work('anna-s', 'south-insurance')])],
      }),
      /people anna: assignments\[1\]: may not hold together with anna-n by the rule two-insurers \(Legal department/,
    );
    await applyItems(hub, { people: [{ ...both(), assignments: [work('both-n', 'north-insurance')] }] });
    assertionOn(await open(kommun, 'both'));
  });

  test('two people become one, whom both methods reach, and two again', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    assertionOn(await open(region, 'twin', browser));
    assert.equal(await lastSession(), 'twin');
    const dry = await tillitCommand(hub, 'person', 'merge', 'anna', 'twin', '--reason', 'Seen both cards', '--dry-run');
    assert.equal(dry.code, 0, dry.output);
    assert.match(dry.output, /Nothing was done/);
    const merged = await tillitCommand(hub, 'person', 'merge', 'anna', 'twin', '--reason', 'Seen both cards');
    assert.equal(merged.code, 0, merged.output);
    await ended('twin', 'personClosed');
    for (const [there, who] of [
      [region, 'twin'],
      [kommun, 'anna'],
    ] as const) {
      assertionOn(await open(there, who));
      assert.equal(await lastSession(), 'anna', `by way of ${who}`);
    }
    const id = /unmerge (\S+)/.exec(merged.output)?.[1] ?? '';
    const split = await tillitCommand(hub, 'person', 'unmerge', id, '--reason', 'They are two');
    assert.equal(split.code, 0, split.output);
    await ended('anna', 'identityRemoved');
    assertionOn(await open(region, 'twin'));
    assert.equal(await lastSession(), 'twin');
    assertionOn(await open(kommun, 'anna'));
    assert.equal(await lastSession(), 'anna');
    assert.deepEqual([await events('person.merged', 'anna'), await events('person.unmerged', 'twin')], [1, 1]);
  });

  test('one account at two devices at once is told of, and listed', async () => {
    assertionOn(await open(kommun, 'both'));
    assertionOn(await open(kommun, 'both', new Phone(hub.rootPem)));
    assert.equal(await events('account.sharedSignal', 'both'), 1);
    const { code, output } = await tillitCommand(hub, 'person', 'signals', '--days', '1');
    assert.equal(code, 0, output);
    assert.match(output, /both \(Anna Berg\): two devices at once: .*Safari, iOS/);
    const duplicates = await tillitCommand(hub, 'person', 'duplicates');
    assert.equal(duplicates.code, 0, duplicates.output);
  });
});
