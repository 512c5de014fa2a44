// A sync that ends 25 people, over the real hub: it is held, two people let it through on the portal, the hub is killed in between, and all of it comes true once (H2).
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { demoPeople } from '../../src/apps/demo/people.ts';
import { findRunning } from '../../src/edge/store/embedded/index.ts';
import { text } from '../../src/wire/texts/index.ts';
import {
  formsOf,
  freeAddresses,
  freePort,
  type HttpAnswer,
  HttpBrowser,
  type RunningHub,
  softCard,
  startHub,
  temporaryFolder,
  tillitCommand,
  toCardListener,
} from '../support/index.ts';

const hospital = 'fjord-hospital';
const nurses = Array.from({ length: 24 }, (_, index) => `nurse-${index}`);
const clerks = Array.from({ length: 25 }, (_, index) => `clerk-${index}`);
const [kari] = demoPeople;

describe('a sync that ends 25 people', { skip: process.platform === 'linux' ? false : 'needs /proc' }, () => {
  const folder = temporaryFolder('held');
  let hub: RunningHub;
  let addresses: Awaited<ReturnType<typeof freeAddresses>>;
  /** With an authority of its own, the demo has cards of its own. */
  let env: Record<string, string>;
  let change = '';

  const loggedIn = async (name: string): Promise<{ browser: HttpBrowser; answer: HttpAnswer }> => {
    const browser = new HttpBrowser(hub.rootPem, softCard(hub, name));
    const { url } = await toCardListener(browser, await browser.go(`${hub.hubUrl}/portal`));
    return { browser, answer: await browser.go(url) };
  };
  async function query<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new pg.Client(await findRunning(hub.dataFolder));
    await client.connect();
    try {
      return (await client.query<Row>(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  }
  const file = (name: string, people: readonly object[]): string => {
    const path = join(folder.path, name);
    writeFileSync(path, JSON.stringify({ people }));
    return path;
  };
  const nurse = (id: string, organisation: string | undefined) => ({
    id,
    givenName: id,
    familyName: 'Ek',
    assignments: organisation === undefined ? [] : [{ id: `a-${id}`, organisation, role: 'nurse' }],
  });
  /** Kari goes to work elsewhere: only what her card rests on ends. */
  const { cards: _cards, ...kariHere } = kari ?? assert.fail();
  const kariGone = {
    ...kariHere,
    assignments: [{ id: 'kari-elsewhere', organisation: 'norrsken-region', role: 'nurse', title: 'Nurse' }],
  };
  const decide = async (browser: HttpBrowser, action: string, fields: Record<string, string> = {}) => {
    const page = await browser.go(`${hub.hubUrl}/held/${change}`);
    const form = formsOf(page).find((one) => one.fields['do'] === action);
    assert.ok(form, `no ${action} on\n${page.body}`);
    return browser.submit(page, form, fields);
  };
  const ended = async () =>
    Number((await query<{ n: string }>("SELECT count(*) AS n FROM hub.card WHERE state = 'ended'"))[0]?.n);

  before(async () => {
    addresses = await freeAddresses();
    env = {
      TILLIT_CA_URL: `https://localhost:${await freePort()}`,
      TILLIT_PKI_URL: `http://localhost:${await freePort()}`,
    };
    hub = await startHub({ addresses, env, dataFolder: folder.path });
    const until = new Date(Date.now() + 86_400_000 * 30).toISOString().slice(0, 10);
    for (const who of ['lars-vestby', 'anna-berg']) {
      const words = [
        '--organisation',
        'demo-region',
        '--role',
        'ending-approver',
        '--until',
        until,
        '--reason',
        'test',
      ];
      const { code, output } = await tillitCommand(hub, 'admin', 'grant', who, ...words);
      assert.equal(code, 0, output);
    }
    const hired = await tillitCommand(
      hub,
      'apply',
      '--yes',
      file(
        'hired.json',
        [...nurses, ...clerks].map((id) => nurse(id, hospital)),
      ),
    );
    assert.equal(hired.code, 0, hired.output);
    const fingerprint = new X509Certificate(softCard(hub, 'kari-simple').cert).fingerprint256;
    const cards = [
      ['card-kari', 'kari-nordmann', fingerprint.replaceAll(':', '').toLowerCase()],
      ...[...nurses, ...clerks].map((id) => [`card-${id}`, id, `fingerprint of ${id}`]),
    ];
    for (const [id, holder, print] of cards) {
      await query(
        `INSERT INTO hub.card (id, profile, holder, organisation, state, revision, ordered_by, ordered_at, temporary)
         VALUES ($1, 'staff-card', $2, $3, 'inUse', 5, 'lars-vestby', now(), false)`,
        [id, holder, hospital],
      );
      await query(
        `INSERT INTO hub.card_certificate (fingerprint, card, profile, serial, valid_from, valid_until, der)
         VALUES ($1, $2, 'login', $3, now(), now() + interval '1 year', '')`,
        [print, id, `0${id}`],
      );
    }
  });
  after(async () => {
    await hub?.stop();
    folder.remove();
  });

  /** Applies a file that is to be held; answers what the operator is told. */
  async function hold(name: string, people: readonly object[]): Promise<string> {
    const { code, output } = await tillitCommand(hub, 'apply', '--yes', file(name, people));
    assert.equal(code, 3, output);
    [, change = ''] = /Change ([\w-]+) waits for two approvals/.exec(output) ?? [];
    assert.ok(change, output);
    return output;
  }

  test('is held: nothing of it is done, and the operator is told where it waits', async () => {
    assert.match((await loggedIn('kari-simple')).answer.body, /Kari Nordmann/);
    await hold('gone.json', [kariGone, ...nurses.map((id) => nurse(id, undefined))]);
    const listed = await tillitCommand(hub, 'held', 'show', change);
    assert.match(listed.output, /ends 25 people, 25 cards, 25 certificates, 1 open logins/, listed.output);
    assert.equal(await ended(), 0);
    const { body } = await new HttpBrowser(hub.rootPem).go(`${hub.hubUrl}/metrics`);
    assert.match(body, /tillit_held_changes\{state="waiting"\} 1/);
    assert.match(body, /tillit_certificates_by_hand 0/);
    assert.match(body, /tillit_licences\{answer="notFound"\} 0/);
  });

  test('one person approves it once; when a second does, all cards end and their logins are refused within a minute', async (context) => {
    const { browser: lars } = await loggedIn('lars-simple');
    const first = await decide(lars, 'approve');
    assert.ok(first.body.includes(text('en', 'held.no.twice')), first.body);
    assert.doesNotMatch(first.body, /value="approve"/, 'the same person is offered no second approval');
    const { browser: anna } = await loggedIn('anna-hsa-id');
    await sleep(1000);
    assert.equal(await ended(), 0, 'one is not enough');
    await decide(anna, 'approve');
    const approved = Date.now();
    while ((await ended()) < 25) {
      assert.ok(Date.now() - approved < 60_000, `${await ended()} cards ended`);
      await sleep(200);
    }
    const { answer } = await loggedIn('kari-simple');
    assert.match(answer.body, /has been revoked/, answer.body);
    context.diagnostic(`25 cards ended and a login was refused ${Date.now() - approved} ms after the second approval`);
    assert.ok(Date.now() - approved < 60_000);
    const { output } = await tillitCommand(hub, 'held', 'list');
    assert.match(output, new RegExp(`${change} +done`), output);
  });

  test('killed right after the second approval, the hub carries it out once when it is back', async () => {
    await hold(
      'closed.json',
      clerks.map((id) => ({ ...nurse(id, hospital), closed: true })),
    );
    for (const name of ['lars-simple', 'anna-hsa-id']) await decide((await loggedIn(name)).browser, 'approve');
    await hub.kill();
    hub = await startHub({ addresses, env, dataFolder: folder.path });
    const back = Date.now();
    while ((await ended()) < 50) {
      // A lease that the killed hub had taken runs out after a minute.
      assert.ok(Date.now() - back < 120_000, `${await ended()} cards ended`);
      await sleep(500);
    }
    const steps = await query<{ card: string; n: string }>(
      "SELECT card, count(*) AS n FROM hub.card_step WHERE action = 'end' GROUP BY card",
    );
    assert.deepEqual([steps.length, steps.every(({ n }) => Number(n) === 1)], [50, true]);
    const carried = await query("SELECT FROM hub.audit_event WHERE kind = 'admin.changeCarriedOut'");
    assert.equal(carried.length, 2, 'each change once');
    const closings = await query("SELECT FROM hub.outbox WHERE kind = 'personClosed'");
    assert.equal(closings.length, 25);
  });
});
