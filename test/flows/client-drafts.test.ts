// A supplier's program is let in at an organisation: the example of docs/integrate runs as it is written, and administrators decide.
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { applyItems } from '../support/hub-pair.ts';
import {
  ask,
  formsOf,
  givePassword,
  type HttpAnswer,
  HttpBrowser,
  type RunningHub,
  softCard,
  startHub,
  tillitCommand,
  toCardListener,
} from '../support/index.ts';

const example = (name: string) => fileURLToPath(new URL(`../../docs/integrate/example/${name}`, import.meta.url));
const region = '983974724';
const hospital = '974557746';

describe('drafts of clients', () => {
  let hub: RunningHub;
  let apiKey = '';
  const running: ChildProcess[] = [];
  const environment = (more: Record<string, string>) => ({
    ...process.env,
    NODE_EXTRA_CA_CERTS: join(hub.dataFolder, 'demo', 'ca', 'root.pem'),
    ISSUER: hub.hubUrl,
    ...more,
  });
  const tillit = async (...words: string[]) => {
    const done = await tillitCommand(hub, ...words);
    assert.equal(done.code, 0, done.output);
    return done.output;
  };
  const grant = async (person: string, organisation: string) => {
    const given = [
      'admin',
      'grant',
      person,
      '--organisation',
      organisation,
      '--until',
      '2099-01-01',
      '--reason',
      'Test',
    ];
    return /: ([0-9a-f-]{36})\s*$/.exec(await tillit(...given))?.[1] ?? '';
  };

  before(async () => {
    hub = await startHub();
    const made = await tillit('client-system', 'new-key');
    apiKey = /once\): ([\w-]{43})/.exec(made)?.[1] ?? '';
    const registers = join(hub.dataFolder, 'members.json');
    const member = { key: region, name: 'DEMO REGION', member: true, terms: ['nhn:tillitsrammeverk', 'journal'] };
    const unit = { key: hospital, name: 'FJORD HOSPITAL', above: [region] };
    writeFileSync(registers, JSON.stringify({ organisations: [member, unit] }));
    await tillit('registers', 'apply', registers);
    await applyItems(hub, {
      apis: [
        {
          id: 'journal',
          audience: 'https://journal.example',
          name: { en: 'The journal' },
          scopes: ['journal/read'],
          requiresTerms: true,
        },
      ],
      clientSystems: [
        {
          id: 'practice',
          name: { en: 'Practice 7' },
          supplier: 'norrsken-region',
          issuer: 'hub',
          apiKeyHashes: [/apiKeyHashes: \[([\w-]{43})\]/.exec(made)?.[1]],
          template: { apis: ['journal'], scopes: ['journal/read'], minimumAssurance: 'substantial' },
          returnUris: ['http://localhost/confirmed'],
        },
      ],
    });
  });
  after(async () => {
    for (const child of running) if (child.exitCode === null) child.kill();
    await hub?.remove();
  });

  /** Sends a draft with a key of its own; answers the client's id. */
  async function draft(change: Record<string, unknown> = {}): Promise<string> {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const body = {
      organizationNumber: region,
      publicJwk: publicKey.export({ format: 'jwk' }),
      apiScopes: ['journal/read'],
    };
    const answer = await ask(new URL('/client-drafts', hub.hubUrl), {
      root: hub.rootPem,
      method: 'POST',
      headers: { 'api-key': apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, ...change }),
    });
    assert.equal(answer.status, 201, answer.body);
    return (JSON.parse(answer.body) as { clientId: string }).clientId;
  }

  const notOurs = (url: URL): boolean => url.hostname === 'localhost' && url.protocol === 'http:';

  /** A browser at this address, logged in with a card where the hub asks. */
  async function withCard(card: string, address: string): Promise<{ browser: HttpBrowser; page: HttpAnswer }> {
    const browser = new HttpBrowser(hub.rootPem, softCard(hub, card));
    const first = await browser.go(new URL(address, hub.hubUrl));
    const { url } = await toCardListener(browser, first);
    return { browser, page: await browser.go(url) };
  }
  const formOf = (page: HttpAnswer, answer: 'yes' | 'no') => {
    const found = formsOf(page).find(({ fields }) => fields.answer === answer);
    assert.ok(found, page.body);
    return found;
  };

  test('the example: sent, refused a ticket, confirmed with the card, let in, and its key rotated', async () => {
    const file = join(hub.dataFolder, 'program.json');
    const env = environment({
      API_KEY: apiKey,
      ORGANISATION: region,
      UNITS: hospital,
      SCOPES: 'journal/read',
      KEY_FILE: file,
      EVERY_MS: '300',
    });
    const child = spawn(process.execPath, [example('client-draft.mjs')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    running.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await lines.next()).value ?? '{}') as Record<string, string>;
    const { clientId = '', open = '', thumbprint = '' } = await next();
    assert.deepEqual(await next(), { waiting: 'invalid_client' });

    // A password is not enough, and says so by asking for the card.
    const weak = new HttpBrowser(hub.rootPem);
    const kari = { username: 'kari', password: hub.password('kari') };
    await givePassword(weak, await weak.go(`${hub.hubUrl}/portal`), kari, () => false);
    assert.match((await weak.go(`${hub.hubUrl}/`)).body, /href="\/client-drafts"/);
    const waits = await weak.go(`${hub.hubUrl}/client-drafts`);
    assert.match(waits.body, new RegExp(`href="/confirm-client/${clientId}"`));
    const asked = await weak.go(open);
    assert.match(asked.url.pathname, /^\/login\//);
    assert.doesNotMatch(asked.body, /name="answer"/);

    const { browser, page } = await withCard('kari-advanced', open);
    for (const words of [
      'Let Practice 7 in at Demo Region?',
      'Region Norrsken',
      `FJORD HOSPITAL (${hospital})`,
      'The journal',
      thumbprint,
    ])
      assert.ok(page.body.includes(words), `${words}\n${page.body}`);
    const end = await browser.submit(page, formOf(page, 'yes'), {}, notOurs);
    assert.equal(end.url.pathname, '/confirmed');
    assert.equal(end.url.searchParams.get('status'), 'Success');
    const { claims } = (await next()) as unknown as { claims: Record<string, unknown> };
    assert.deepEqual([claims.sub, claims.client_id], [clientId, clientId]);
    assert.equal(claims['helseid://claims/client/claims/orgnr_parent'], region);

    const run = async (...given: string[]) => {
      const machine = environment({ CLIENT_ID: clientId, KEY_FILE: file, KEYS_SCOPE: 'nhn:selvbetjening/client' });
      return JSON.parse(
        (await promisify(execFile)(process.execPath, [example('machine.mjs'), ...given], { env: machine })).stdout,
      );
    };
    assert.equal((await run('rotate')).removed, 1);
    assert.equal((await run()).claims.sub, clientId);

    const again = await browser.go(open);
    assert.match(again.body, /Practice 7 is let in[\s\S]*Kari Nordmann/);
    // The newest first.
    const trail = await tillit('audit', 'find', '--application', clientId, '--json');
    assert.match(trail, /ticket\.issued[\s\S]*admin\.clientConfirmed[\s\S]*admin\.clientDrafted/);
    assert.doesNotMatch(trail, new RegExp(apiKey));
    assert.match(
      await tillit('export', '--section', 'applications'),
      new RegExp(`id: ${clientId}[\\s\\S]*clientSystem: practice`),
    );
  });

  test('only an administrator decides: not a colleague, not one of a unit below, not one whose grant was taken back', async () => {
    const id = await draft();
    const { browser, page } = await withCard('lars-advanced', `/confirm-client/${id}`);
    assert.equal(page.status, 403);
    assert.match(page.body, /Somebody else must decide this[\s\S]*Kari Nordmann/);
    const below = await grant('lars-vestby', 'fjord-hospital');
    assert.equal((await browser.go(page.url)).status, 403, 'the hospital is below the region');
    const above = await grant('lars-vestby', 'demo-region');
    const open = await browser.go(page.url);
    const form = formOf(open, 'yes');
    await tillit('admin', 'revoke', above, '--reason', 'Test');
    const late = await browser.submit(open, form);
    assert.equal(late.status, 403, 'the page was open before the grant was taken back');
    assert.match(late.body, /Somebody else/);
    const unit = await draft({ organizationNumber: region, childOrganizationNumbers: [hospital] });
    assert.equal((await browser.go(`${hub.hubUrl}/confirm-client/${unit}`)).status, 403, 'nor is what it is for');
    await tillit('admin', 'revoke', below, '--reason', 'Test');
    assert.equal((await browser.go(`${hub.hubUrl}/confirm-client/01890000-0000-7000-8000-000000000000`)).status, 404);
  });

  test('of two administrators who click at once one decides, and the other reads who it was', async () => {
    const id = await draft();
    await grant('lars-vestby', 'demo-region');
    const at = `/confirm-client/${id}`;
    const people = await Promise.all([withCard('kari-advanced', at), withCard('lars-advanced', at)]);
    const ends = await Promise.all(
      people.map(({ browser, page }, index) =>
        browser.submit(page, formOf(page, index === 0 ? 'yes' : 'no'), { reason: 'Not ours' }),
      ),
    );
    const first = /Practice 7 (is let in|was refused)/.exec(ends[0]?.body ?? '')?.[1];
    assert.ok(first, ends[0]?.body);
    for (const { body } of ends)
      assert.match(body, new RegExp(`${first}[\\s\\S]*${first === 'is let in' ? 'Kari' : 'Lars'}`));
    const events = await tillit('audit', 'find', '--application', id, '--json');
    assert.equal(events.match(/admin\.client(Confirmed|Refused)/g)?.length, 1, events);
  });

  test('a refusal keeps its reason, and the client is never let in', async () => {
    const id = await draft();
    const { browser, page } = await withCard('kari-advanced', `/confirm-client/${id}`);
    const end = await browser.submit(page, formOf(page, 'no'), { reason: 'Nobody here <ordered> it' });
    assert.match(end.body, /was refused[\s\S]*Nobody here &lt;ordered&gt; it/);
    assert.doesNotMatch(await tillit('export', '--section', 'applications'), new RegExp(id));
    assert.match(await tillit('audit', 'find', '--kind', 'admin.clientRefused', '--json'), /Nobody here <ordered> it/);
  });

  test('what the supplier may no longer ask cannot be confirmed', async () => {
    const id = await draft();
    const { browser, page } = await withCard('kari-advanced', `/confirm-client/${id}`);
    const exported = await tillit('export', '--section', 'clientSystems');
    const file = join(hub.dataFolder, 'closed.yaml');
    writeFileSync(file, exported.replace('closed: false', 'closed: true'));
    await tillit('apply', file, '--yes');
    const end = await browser.submit(page, formOf(page, 'yes'));
    assert.equal(end.status, 409);
    assert.match(end.body, /can no longer be confirmed/);
  });
});
