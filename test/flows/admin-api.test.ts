// docs/integrate/admin-api.md as it is written, against a running hub with an independent client: register, grant, open, look, close.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ask, type RunningHub, startHub, temporaryFolder, tillitCommand } from '../support/index.ts';

const guide = readFileSync(new URL('../../docs/integrate/admin-api.md', import.meta.url), 'utf8');
const blockOf = (kind: string): string => new RegExp(`\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1] ?? '';
const example = fileURLToPath(new URL('../../docs/integrate/example/admin.mjs', import.meta.url));

interface Told {
  readonly status: number;
  readonly etag: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: what comes back is what the test looks at.
  readonly body: any;
}

describe('the guide of the admin API', () => {
  const folder = temporaryFolder('admin-api');
  let hub: RunningHub;
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder.path, name), text);
    return join(folder.path, name);
  };
  async function run(words: readonly string[], environment: Record<string, string> = {}) {
    const env = {
      ...process.env,
      ...{ ISSUER: hub.hubUrl, CLIENT_ID: 'hr', KEY_FILE: join(folder.path, 'hr.key.json') },
      NODE_EXTRA_CA_CERTS: hub.rootFile,
      ...environment,
    };
    const { stdout } = await promisify(execFile)(process.execPath, [example, ...words], { env, cwd: folder.path });
    return JSON.parse(stdout);
  }
  const commands = blockOf('sh')
    .trim()
    .split('\n')
    .map((line) => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '').slice(2));
  const command = (at: number): Promise<Told> => run(commands[at] ?? []);

  before(async () => {
    hub = await startHub();
    file('nina.json', blockOf('json'));
    const jwks = await run([], { ISSUER: undefined as never });
    file('hr.jwks.json', JSON.stringify(jwks));
    const applied = await tillitCommand(hub, 'apply', file('hr.yaml', blockOf('yaml')), '--yes');
    assert.equal(applied.code, 0, applied.output);
  });
  after(async () => {
    await hub?.remove();
    folder.remove();
  });

  test('without a grant a program sees nothing; with one it does what the guide shows, and no more', async () => {
    // A changed catalogue holds within a second.
    const end = Date.now() + 10_000;
    let first = await command(0).catch(() => undefined);
    while (first === undefined && Date.now() < end) first = await command(0).catch(() => undefined);
    assert.deepEqual([first?.status, first?.body.code], [403, 'noGrant']);

    const words = /tillit (admin grant --client hr.*)/.exec(guide)?.[1] ?? '';
    const parts = [...words.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    const granted = await tillitCommand(hub, ...parts);
    assert.equal(granted.code, 0, granted.output);

    const page = await command(0);
    assert.deepEqual([page.status, page.body.items.length], [200, 2]);
    const made = await command(1);
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const again = await command(1);
    assert.deepEqual([again.status, again.etag], [201, made.etag], 'the same key: the same answer');
    const seen = await command(2);
    assert.deepEqual([seen.status, seen.etag, seen.body.familyName], [200, made.etag, 'Nilsen']);
    const dry = await command(3);
    assert.deepEqual([dry.status, dry.body.dryRun, dry.body.changes[0].members[0].path], [200, true, 'closed']);
    assert.equal((await command(4)).status, 200);
    const refused = await command(5);
    assert.deepEqual([refused.status, refused.body.code], [403, 'hubOnly']);
    assert.equal((await run(['GET', '/people/anna-berg'])).status, 200, 'she works at the hospital too');
    assert.equal((await run(['GET', '/organisations/norrsken-region'])).status, 404);

    const trail = await tillitCommand(hub, 'audit', 'find', '--kind', 'admin.apiUsed');
    assert.match(trail.output, /hr/);
  });

  test('the scope to see is not the scope to change', async () => {
    const answer = await run(['DELETE', '/people/kari-nordmann', 'If-Match: *'], { SCOPE: 'tillit:admin.read' });
    assert.deepEqual([answer.status, answer.body.code], [403, 'scope']);
  });

  test('without a ticket there is a challenge; the description is open', async () => {
    const browse = (path: string) => ask(new URL(path, hub.hubUrl), { root: hub.rootPem });
    const bare = await browse('/api/admin/v1/people');
    assert.equal(bare.status, 401);
    assert.match(String(bare.headers['content-type']), /application\/problem\+json/);
    assert.match(JSON.stringify(bare.headers['www-authenticate']), /DPoP realm/);
    const described = await browse('/api/admin/v1/openapi.json');
    assert.equal(JSON.parse(String(described.body)).openapi, '3.1.1');
  });
});
