// K5, V1: SCIM 2.0 outwards against SCIMMY: what goes over the wire, what a service may refuse, and what a hostile one may try.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { Secret } from '../../src/base/secret.ts';
import { type AccountTargetPort, carryOut, type DesiredAccount } from '../../src/core/provisioning/index.ts';
import { boundedRequest } from '../../src/edge/outgoing/http/index.ts';
import { openScim, type ScimOptions } from '../../src/edge/targets/scim/index.ts';
import { temporaryFolder } from '../support/folder.ts';
import { newPeerTls } from '../support/peer-tls.ts';
import { type Raw, type ScimServer, startScimServer } from '../support/scim-server.ts';

const day = 86_400_000;
const until = 'urn:ietf:params:scim:schemas:extension:example:2.0:User:until';
const view = { attributes: ['displayName', 'name.familyName', 'title'], groups: ['Readers'] };

describe('SCIM outwards', () => {
  let server: ScimServer;
  let port: AccountTargetPort;
  const limits = { timeoutMs: 2_000, maxBytes: 100_000, longestWaitMs: 1_000 };
  const open = (change: Partial<ScimOptions> = {}): AccountTargetPort =>
    openScim({
      url: server.url,
      token: new Secret(server.token),
      send: boundedRequest,
      markAttribute: 'userType',
      endAttribute: until,
      limits,
      ...change,
    });
  const wanted = (key: string, change: Partial<DesiredAccount> = {}): DesiredAccount => ({
    target: 'app',
    person: key.toLowerCase(),
    key,
    mark: `tillit:${key.toLowerCase()}`,
    loginNames: [key.toLowerCase(), `${key.toLowerCase()}2`],
    principalSuffix: 'x.example',
    container: '',
    attributes: { displayName: ['Anna Öberg'], 'name.familyName': ['Öberg'] },
    groups: ['Readers'],
    until: Date.now() + day,
    deleteFrom: Date.now() + 90 * day,
    rules: ['care'],
    without: ['password'],
    ...change,
  });
  const userOf = (key: string) => [...server.users.values()].find(({ externalId }) => externalId === key);

  before(async () => {
    server = await startScimServer({ userGroups: true });
    server.addGroup('Readers');
    port = open();
  });
  afterEach(() => {
    server.before = undefined;
  });
  after(() => server?.close());

  test('it is made closed, put into its groups, and opened with its end in one operation', async () => {
    const desired = wanted('A1');
    let opened: boolean | undefined;
    server.before = (method, path) => {
      if (method === 'PATCH' && path.startsWith('/Groups')) opened = userOf('A1')?.['active'] === true;
      return undefined;
    };
    server.asked.length = 0;
    assert.equal((await carryOut(port, desired, view, Date.now)).kind, 'asWanted');
    assert.equal(opened, false, 'it is open only when its groups are right');
    const user = userOf('A1') ?? ({} as Record<string, unknown>);
    assert.deepEqual(
      [user['userName'], user['userType'], user['active'], user['displayName']],
      ['a1@x.example', 'tillit:a1', true, 'Anna Öberg'],
    );
    const extension = user['urn:ietf:params:scim:schemas:extension:example:2.0:User'] as { until?: string };
    assert.equal(new Date(extension.until ?? '').getTime(), desired.until);
    assert.ok(!('password' in user));
  });

  test('a value with quotes and brackets stays one value in a search', async () => {
    const brackets = 'K) or (userName pr';
    assert.deepEqual(await port.find(brackets, view), []);
    assert.equal((await carryOut(port, wanted(brackets, { loginNames: ['odd'] }), view, Date.now)).kind, 'asWanted');
    assert.equal((await port.find(brackets, view)).length, 1);
    // SCIMMY knows no escaped quotes: what is asked is looked at (RFC 7644 3.4.2.2: a JSON string).
    const quoted = 'K" or userName pr or externalId eq "';
    let filter: string | null = null;
    server.before = (_, path) => {
      filter = new URL(path, 'http://x').searchParams.get('filter');
      return { status: 200, body: '{"totalResults":0}' };
    };
    assert.deepEqual(await port.find(quoted, view), []);
    assert.equal(filter, `externalId eq "${quoted.replaceAll('"', '\\"')}"`);
  });

  test('a change that came between is met once more; one whose mark went is left alone', async () => {
    const { account } = (await carryOut(port, wanted('B1'), view, Date.now)) as never as { account: { id: string } };
    let conflicts = 1;
    server.before = (method) => (method === 'PATCH' && conflicts-- > 0 ? { status: 412 } : undefined);
    const step = { kind: 'change', attributes: { title: ['Nurse'] } } as const;
    const [found] = await port.find('B1', view);
    assert.equal((await port.step(step, found, view)).kind, 'done');
    assert.equal(userOf('B1')?.['title'], 'Nurse');
    const user = server.users.get(account.id);
    if (user) user['userType'] = 'somebody';
    const refused = await port.step({ kind: 'disable' }, found, view);
    assert.ok(refused.kind === 'refused' && refused.reason === 'notAllowed');
    assert.equal(userOf('B1')?.['active'], true);
  });

  test('a service that keeps no mark is told apart at once, and what it made is taken back', async () => {
    server.before = (method, path) =>
      method === 'POST' && path === '/Users'
        ? {
            status: 201,
            body: JSON.stringify({ id: 'lost', externalId: 'C1', userName: 'c1@x.example', active: false }),
          }
        : undefined;
    server.asked.length = 0;
    const result = await carryOut(port, wanted('C1'), view, Date.now);
    assert.ok(result.kind === 'refused' && result.reason === 'badValue', JSON.stringify(result));
    assert.ok(server.asked.includes('DELETE /Users/lost'), server.asked.join());
  });

  test('one that opens whatever it makes is closed before anything else', async () => {
    server.before = (method, path) => {
      if (method !== 'POST' || path !== '/Users') return undefined;
      server.users.set('o1', {
        id: 'o1',
        externalId: 'O1',
        userName: 'o1@x',
        userType: 'tillit:o1',
        active: true,
        meta: {},
      });
      return { status: 201, body: JSON.stringify(server.users.get('o1')) };
    };
    const made = await port.step({ kind: 'create', ...wanted('O1') }, undefined, view);
    assert.ok(made.kind === 'done' && made.account?.enabled === false, JSON.stringify(made));
    assert.equal(server.users.get('o1')?.['active'], false);
  });

  test('a group that is not there is said, and its name is not in what is logged', async () => {
    const result = await carryOut(port, wanted('D1', { groups: ['Gone'] }), view, Date.now);
    assert.ok(result.kind === 'refused' && result.reason === 'groupMissing', JSON.stringify(result));
    assert.equal(userOf('D1')?.['active'], false, 'nothing half-made is open');
  });

  test('a busy service is asked once more when it says so soon, and else later', async () => {
    let busy = 1;
    server.before = () => (busy-- > 0 ? { status: 429, headers: { 'retry-after': '0' } } : undefined);
    assert.equal((await port.find('A1', view)).length, 1);
    server.before = () => ({ status: 503, headers: { 'retry-after': '600' } });
    await assert.rejects(port.find('A1', view), /busy/);
  });

  describe('what it may refuse', () => {
    const cases: readonly (readonly [string, Raw, string])[] = [
      [
        'a value',
        { status: 400, body: JSON.stringify({ scimType: 'invalidValue', detail: 'Anna Öberg' }) },
        'badValue',
      ],
      ['the hub’s right', { status: 403, body: JSON.stringify({ detail: 'Anna Öberg' }) }, 'notAllowed'],
      ['what it does not do', { status: 501 }, 'notAllowed'],
    ];
    for (const [what, raw, reason] of cases)
      test(what, async () => {
        server.before = (method) => (method === 'POST' ? raw : undefined);
        const result = await carryOut(port, wanted('F1'), view, Date.now);
        assert.ok(result.kind === 'refused', JSON.stringify(result));
        assert.equal(result.reason, reason);
        assert.doesNotMatch(result.detail, /Anna|F1/);
      });
  });

  describe('a service that is away or hostile is an error, never an answer', () => {
    const page = (Resources: readonly object[]) => JSON.stringify({ totalResults: Resources.length, Resources });
    const cases: readonly (readonly [string, Raw, RegExp])[] = [
      ['an error of its own', { status: 500 }, /HTTP 500/],
      ['the token refused', { status: 401 }, /refused the token/],
      ['sent elsewhere', { status: 302, headers: { location: 'https://elsewhere.example/' } }, /HTTP 302/],
      ['a page', { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Log in</h1>' }, /else than JSON/],
      ['broken JSON', { status: 200, body: '{"totalResults": 0' }, /broken JSON/],
      ['a list of JSON', { status: 200, body: '[]' }, /no object/],
      ['no list', { status: 200, body: '{}' }, /no list/],
      ['a giant answer', { status: 200, body: `{"x":"${'x'.repeat(200_000)}"}` }, /more than 100000 bytes/],
      [
        'others than were asked for',
        { status: 200, body: page([{ id: '1', externalId: 'other' }]) },
        /does not search/,
      ],
    ];
    for (const [what, raw, why] of cases)
      test(what, async () => {
        server.before = () => raw;
        await assert.rejects(port.find('A1', view), (error: Error) => {
          assert.match(error.message, why);
          assert.doesNotMatch(error.message, new RegExp(server.token));
          return true;
        });
      });

    test('an id that would climb out of its path', async () => {
      const found = { id: '..', externalId: 'A1', userName: 'a1@x', userType: 'tillit:a1', active: true, groups: [] };
      server.before = (method) => (method === 'GET' ? { status: 200, body: page([found]) } : undefined);
      const [account] = await port.find('A1', view);
      server.asked.length = 0;
      await assert.rejects(port.step({ kind: 'delete' }, account, view), /an id that is none/);
      assert.deepEqual(server.asked, []);
    });

    test('a list without an end is read to what it said', async () => {
      const one = { id: '1', externalId: 'A1', userType: 'tillit:a1', groups: [] };
      server.before = () => ({ status: 200, body: JSON.stringify({ totalResults: 3, Resources: [one] }) });
      const keys: string[] = [];
      for await (const { key } of port.all(view)) keys.push(key);
      assert.deepEqual(keys, ['A1']);
    });
  });

  test('nothing is said to a server whose certificate nobody here vouches for', async (t) => {
    const folder = temporaryFolder('scim');
    t.after(folder.remove);
    const tls = newPeerTls(folder.path);
    const key = { cert: readFileSync(tls.certificate, 'utf8'), key: readFileSync(tls.key, 'utf8') };
    const other = await startScimServer({ tls: key });
    t.after(other.close);
    const trusted = open({
      url: other.url,
      token: new Secret(other.token),
      send: (url, request) => boundedRequest(url, { ...request, authorities: [tls.root] }),
    });
    assert.deepEqual(await trusted.find('A1', view), []);
    other.asked.length = 0;
    await assert.rejects(open({ url: other.url, token: new Secret(other.token) }).find('A1', view), /certificate/);
    assert.deepEqual(other.asked, []);
  });

  test('the check says what is missing, and that SCIM keeps no end', async () => {
    assert.deepEqual(await port.check(), []);
    const plain = await open({ endAttribute: undefined }).check();
    assert.deepEqual(
      plain.map(({ what, note }) => [what, note]),
      [['end', true]],
    );
    const wrong = await open({ endAttribute: `${until}x` }).check();
    assert.deepEqual(
      wrong.map(({ what }) => what),
      [`${until}x`],
    );
    const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const known = ['displayName', 'name.familyName', 'emails[type eq "work"].value', `${enterprise}:department`, until];
    assert.deepEqual(await port.check(known), []);
    const lacking = await port.check([`${until}x`, 'urn:example:params:nowhere:department']);
    assert.deepEqual(
      lacking.map(({ why }) => why),
      [
        'a rule writes it, and the service has no such attribute',
        'a rule writes it, and the service shows no such schema',
      ],
    );
    server.before = (_, path) => (path.startsWith('/Schemas') ? { status: 404 } : undefined);
    assert.deepEqual(await port.check([`${until}x`]), [], 'one that shows no schemas is believed');
    server.before = (_, path) =>
      path === '/ServiceProviderConfig' ? { status: 200, body: '{"filter":{"supported":false}}' } : undefined;
    assert.deepEqual(
      (await open().check()).map(({ what }) => what),
      ['filter'],
    );
  });
});
