// K5: the system behind an application is asked before a login goes on; who is missing there is told what to order, and gets no account.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadXml } from '../../src/base/xml/index.ts';
import { SamlFake } from '../fakes/saml-provider.ts';
import { applyItems } from '../support/hub-pair.ts';
import { type HttpAnswer, type RunningHub, startHub, tillitCommand } from '../support/index.ts';
import { freePort } from '../support/port.ts';
import { assertionOn, openApplication, ownMetadata, samlApplicationItem, samlItem } from './saml-visits.ts';

const example = fileURLToPath(new URL('../../docs/integrate/example/precondition.mjs', import.meta.url));

describe('pre-conditions', () => {
  let hub: RunningHub;
  let gate: ChildProcess;
  let hostile: Server;
  let hostileUrl = '';
  /** What the hostile system says next. */
  let says: { readonly type?: string; readonly body: string | undefined } = { body: '{}' };
  let port = 0;
  const kommun = new SamlFake('kommun');
  const people = ['one', 'two', 'three'].map((id) => ({
    id,
    givenName: 'Anna',
    familyName: 'Öberg',
    identities: [{ namespace: 'saml:kommun', value: id }],
    assignments: [
      {
        id: `${id}-at-town`,
        organisation: 'town',
        role: 'nurse',
        ...(id === 'three' ? {} : { hsaId: `SE0000000000-${id.toUpperCase()}` }),
      },
    ],
  }));
  const order = {
    what: { en: 'Access to the journal', sv: 'Behörighet till journalen' },
    from: { en: 'Your manager', sv: 'Din chef' },
    url: 'https://own.example/order',
  };
  const precondition = (id: string, application: string, ask: object, more: object = {}) => ({
    id,
    name: { en: id },
    applications: [application],
    ask: { timeoutSeconds: 1, ...ask },
    order,
    ...more,
  });
  const gateRecord = (more: object = {}) =>
    precondition('gate', 'cosmic', { url: `http://127.0.0.1:${port}/known`, tokenFile: 'gate.token' }, more);

  const startGate = async (known: string): Promise<void> => {
    const env = { KNOWN: known, TOKEN: 'open-sesame', PORT: String(port) };
    gate = spawn(process.execPath, [example], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    await once(gate.stdout ?? gate, 'data');
  };
  const stopGate = async (): Promise<void> => {
    if (gate.exitCode !== null || gate.signalCode !== null) return;
    gate.kill();
    await once(gate, 'exit');
  };

  before(async () => {
    await loadXml();
    port = await freePort();
    await startGate('SE0000000000-ONE');
    hostile = createServer((request, response) => {
      request.resume();
      if (says.body === undefined) return;
      response.writeHead(200, { 'content-type': says.type ?? 'application/json' }).end(says.body);
    });
    await new Promise<void>((resolve) => hostile.listen(0, '127.0.0.1', resolve));
    hostileUrl = `http://127.0.0.1:${(hostile.address() as AddressInfo).port}/known`;
    hub = await startHub();
    writeFileSync(join(hub.dataFolder, 'gate.token'), 'open-sesame', { mode: 0o600 });
    await applyItems(hub, {
      organisations: [{ id: 'town', name: 'Smalltown', number: '2120000001' }],
      providers: [samlItem(kommun)],
      samlApplications: ['cosmic', 'other'].map((id) =>
        samlApplicationItem(id, { unsolicited: true, requireAssignment: true }),
      ),
      accountTargets: [{ id: 'region', name: { en: 'Region' }, kind: 'builtIn', principalSuffix: 'region.example' }],
      accountRules: [{ id: 'care', name: { en: 'Care' }, target: 'region', applications: ['cosmic'] }],
      preconditions: [gateRecord(), precondition('hostile', 'other', { url: hostileUrl })],
      people,
    });
    await kommun.trust(await ownMetadata(hub));
  });
  after(async () => {
    await hub?.remove();
    await stopGate();
    hostile?.closeAllConnections();
    hostile?.close();
  });

  const open = (application: string, who: string): Promise<HttpAnswer> =>
    openApplication(hub, kommun, application, who);
  const trail = async (who: string): Promise<string> =>
    (await tillitCommand(hub, 'audit', 'find', '--person', who)).output;
  const hasAccount = async (who: string): Promise<boolean> =>
    (await tillitCommand(hub, 'target', 'accounts', '--person', who)).output.includes('region');

  test('who is known goes on, and the account is made', async () => {
    assertionOn(await open('cosmic', 'one'));
    assert.equal(await hasAccount('one'), true);
    assert.match(await trail('one'), /precondition\.asked/);
  });

  test('who is missing is told what to order and from whom, with a code, and no account is made', async () => {
    const page = await open('cosmic', 'two');
    assert.doesNotMatch(page.body, /SAMLResponse/);
    assert.match(page.body, /<p lang="en">The access right &quot;Cosmic Link&quot;<\/p>/);
    assert.match(page.body, /<p lang="en">The head of your unit<\/p>/);
    assert.match(page.body, /<a href="https:\/\/order\.region\.example\/cosmic-link" rel="noopener noreferrer">/);
    assert.match(page.body, /[A-Z0-9]{4}-[A-Z0-9]{4}/);
    assert.equal(await hasAccount('two'), false);
    const seen = await trail('two');
    assert.match(seen, /precondition\.missing/);
    assert.doesNotMatch(seen, /account\.asked/);
  });

  test('after the order the next login goes on', async () => {
    await stopGate();
    await startGate('SE0000000000-ONE SE0000000000-TWO');
    assertionOn(await open('cosmic', 'two'));
    assert.equal(await hasAccount('two'), true);
  });

  test('whom the hub knows by no such key is told so, and nobody is asked', async () => {
    const page = await open('cosmic', 'three');
    assert.doesNotMatch(page.body, /SAMLResponse/);
    assert.match(page.body, /HSA-ID/);
    assert.match(await trail('three'), /precondition\.noKey/);
  });

  test('a system that does not answer lets nobody in, unless the record says so, and then status calls it weak', async () => {
    await stopGate();
    const page = await open('cosmic', 'one');
    assert.doesNotMatch(page.body, /SAMLResponse/);
    assert.match(await trail('one'), /precondition\.silent/);
    assert.equal((await tillitCommand(hub, 'target', 'check', 'gate')).code, 1);
    await applyItems(hub, { preconditions: [gateRecord({ whenSilent: 'goOn' })] });
    assertionOn(await open('cosmic', 'one'));
    assert.match((await tillitCommand(hub, 'status')).output, /logins go on while gate does not answer/);
    await applyItems(hub, { preconditions: [gateRecord()] });
  });

  test('the check asks about somebody whom nobody knows', async () => {
    await startGate('SE0000000000-ONE');
    const checked = await tillitCommand(hub, 'target', 'check', 'gate');
    assert.equal(checked.code, 0, checked.output);
    assert.match(checked.output, /The access right "Cosmic Link"/);
    says = { body: '{"known": true}' };
    const everybody = await tillitCommand(hub, 'target', 'check', 'hostile');
    assert.equal(everybody.code, 1);
    assert.match(everybody.output, /lets everybody through/);
    assert.match((await tillitCommand(hub, 'target', 'plan', 'gate')).output, /makes no accounts/);
  });

  describe('a hostile system gets nobody in, and nothing onto the page', () => {
    const cases: readonly (readonly [string, typeof says])[] = [
      ['a page that says yes', { type: 'text/html', body: '{"known": true}' }],
      ['a yes as text', { body: '{"known": "true"}' }],
      ['a giant answer', { body: `{"known": true, "x": "${'x'.repeat(100_000)}"}` }],
      ['no answer at all', { body: undefined }],
    ];
    for (const [what, said] of cases)
      test(what, async () => {
        says = said;
        const page = await open('other', 'one');
        assert.doesNotMatch(page.body, /SAMLResponse/);
        assert.match(page.body, /We could not ask/);
      });

    test('scripts stay text, and a link that is none is the record’s own', async () => {
      const order = {
        what: { sv: '<script>alert(1)</script>' },
        from: { sv: '<img src=x onerror=alert(1)>' },
        url: 'javascript:alert(1)',
      };
      says = { body: JSON.stringify({ known: false, order }) };
      const page = await open('other', 'one');
      assert.doesNotMatch(page.body, /<script>alert|<img|href="javascript/i);
      assert.match(page.body, /<p lang="sv">&lt;script&gt;alert\(1\)&lt;\/script&gt;<\/p>/);
      assert.match(page.body, /<a href="https:\/\/own\.example\/order"/);
    });
  });

  test('the token is in no export', async () => {
    const { output } = await tillitCommand(hub, 'export');
    assert.ok(output.includes('preconditions') && !output.includes('open-sesame'), output.slice(0, 300));
  });
});
