// K8: who leaves an assignment, or is moved with it, loses the account and the session at once; the next login gives what is right then.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { loadXml } from '../../src/base/xml/index.ts';
import type { ActualAccount } from '../../src/core/provisioning/index.ts';
import { findRunning } from '../../src/edge/store/embedded/index.ts';
import { SamlFake } from '../fakes/saml-provider.ts';
import { applyItems } from '../support/hub-pair.ts';
import { HttpBrowser, type RunningHub, startHub, tillitCommand } from '../support/index.ts';
import { assertionOn, openApplication, ownMetadata, samlApplicationItem, samlItem } from './saml-visits.ts';

/** From the change to its effect, by the word of the requirement. */
const withinMs = 60_000;

describe('leavers and movers', () => {
  let hub: RunningHub;
  const kommun = new SamlFake('kommun');
  const person = (id: string, organisation?: string) => ({
    id,
    givenName: 'Anna',
    familyName: 'Berg',
    identities: [{ namespace: 'saml:kommun', value: id }],
    assignments:
      organisation === undefined
        ? []
        : [{ id: `${id}-work`, organisation, role: 'nurse', hsaId: `SE0000000000-${id.toUpperCase()}` }],
  });
  const rule = (organisation: string, more: object = {}) => ({
    id: `care-${organisation}`,
    name: { en: organisation },
    target: 'region',
    applications: ['cosmic'],
    organisations: [organisation],
    container: `OU=${organisation},DC=region,DC=example`,
    attributes: [{ name: 'company', value: '{organisation}' }],
    groups: [`CN=${organisation},DC=region,DC=example`],
    ...more,
  });
  const people = ['mover', 'leaver', 'last', 'ruled'];

  before(async () => {
    await loadXml();
    hub = await startHub();
    await applyItems(hub, {
      organisations: [
        { id: 'town', name: 'Smalltown' },
        { id: 'city', name: 'Bigtown' },
      ],
      providers: [samlItem(kommun)],
      samlApplications: [
        samlApplicationItem('cosmic', { preset: 'netscaler', unsolicited: true, requireAssignment: true }),
      ],
      accountTargets: [{ id: 'region', name: { en: 'Region' }, kind: 'builtIn', principalSuffix: 'region.example' }],
      accountRules: [rule('town'), rule('city')],
      people: people.map((id) => person(id, 'town')),
    });
    await kommun.trust(await ownMetadata(hub));
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
  const there = async (id: string): Promise<ActualAccount> => {
    const [row] = await query<{ doc: ActualAccount }>('SELECT doc FROM hub.builtin_account WHERE key = $1', [
      `SE0000000000-${id.toUpperCase()}`,
    ]);
    return row?.doc ?? assert.fail(`${id} has no account`);
  };
  const isClosed = async (id: string): Promise<boolean> => {
    const { enabled, groups } = await there(id);
    return !enabled && groups.length === 0;
  };
  const endedBy = async (id: string): Promise<string | undefined> =>
    (
      await query<{ by: string }>(
        `SELECT ended_by AS by FROM hub.session WHERE person = $1 AND ended_at IS NOT NULL ORDER BY ended_at DESC`,
        [id],
      )
    )[0]?.by;
  const eventually = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    for (const end = performance.now() + withinMs; performance.now() < end; await sleep(200)) if (await holds()) return;
    assert.fail(`${what} did not come true`);
  };
  const open = async (id: string, browser?: HttpBrowser): Promise<string> =>
    assertionOn(await openApplication(hub, kommun, 'cosmic', id, browser));

  test('a mover’s old rights go off at once, with the session; the next login gives the new ones in the same account', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    await open('mover', browser);
    const before_ = await there('mover');
    assert.deepEqual([before_.enabled, before_.groups], [true, ['CN=town,DC=region,DC=example']]);
    await applyItems(hub, { people: [person('mover', 'city')] });
    await eventually('the old rights are off', () => isClosed('mover'));
    await eventually('the session is over', async () => (await endedBy('mover')) === 'assignmentEnded');
    assert.match(await open('mover'), />annber/);
    const now = await there('mover');
    assert.equal(now.id, before_.id, 'it is the same account');
    assert.deepEqual(
      [now.enabled, now.container, now.groups, now.attributes['company']],
      [true, 'OU=city,DC=region,DC=example', ['CN=city,DC=region,DC=example'], ['Bigtown']],
    );
  });

  test('a leaver’s account closes and the session ends, and the trail says why', async () => {
    await open('leaver');
    await applyItems(hub, { people: [person('leaver')] });
    await eventually('the account is closed', () => isClosed('leaver'));
    await eventually('the session is over', async () => (await endedBy('leaver')) === 'assignmentEnded');
    const { output } = await tillitCommand(hub, 'audit', 'find', '--person', 'leaver', '--json');
    assert.match(output, /account\.closed/);
    assert.match(output, /assignmentEnded/);
  });

  test('an assignment that runs out by its own date takes account and session along', async () => {
    await open('last');
    await query(`UPDATE hub.assignment SET valid_until = now() WHERE person = 'last'`);
    await eventually('the account is closed', () => isClosed('last'));
    await eventually('the session is over', async () => (await endedBy('last')) === 'assignmentEnded');
  });

  test('a rule that is closed closes its accounts with nobody logging in, and one that is gone as well', async () => {
    await open('ruled');
    await applyItems(hub, { accountRules: [rule('town', { closed: true })] });
    await eventually('the account is closed', () => isClosed('ruled'));
    await applyItems(hub, { accountRules: [rule('town')] });
    await open('ruled');
    assert.equal((await there('ruled')).enabled, true);
    await query(`DELETE FROM hub.catalogue_item WHERE kind = 'accountRule' AND id = 'care-town'`);
    await applyItems(hub, { accountRules: [rule('city', { name: { en: 'City' } })] });
    await eventually('the account is closed', async () => !(await there('ruled')).enabled);
  });
});
