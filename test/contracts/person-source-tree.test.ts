// HSA's tree: what membership dates mean, and a directory that is silent, floods, breaks off, or answers about somebody else.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { Problem } from '../../src/base/problem.ts';
import { Secret } from '../../src/base/secret.ts';
import type { PersonSource } from '../../src/core/directory/index.ts';
import { ldapsClients, usualLdapsLimits } from '../../src/edge/outgoing/ldap/index.ts';
import { type HsaLdap, hsaLdap } from '../../src/edge/sources/hsa-ldap/index.ts';
import { certificate, newKey, pem } from '../fakes/certificates.ts';
import { type Register, register } from '../fakes/hsa/people.ts';
import { type RawDirectory, searchDone, searchEntry, startRawDirectory } from '../fakes/hsa/raw-directory.ts';
import { treeLdif, treeSchema } from '../fakes/hsa/tree.ts';
import { slapdMissing, startSlapd } from '../support/slapd.ts';

const now = Date.parse('2026-06-01T12:00:00Z');
const asked = { namespace: 'hsa-id', value: 'SE2321000156-1077' };
const opened: HsaLdap[] = [];
const open = (url: string, anchor: string, answerWithinMs = 2000, addresses: readonly string[] = []): PersonSource => {
  const source = hsaLdap(
    {
      addresses: [url, ...addresses],
      connect: (to, limits, watch) =>
        ldapsClients({ anchors: [anchor], limits: { ...usualLdapsLimits, ...limits } })(to, watch),
      bindName: 'cn=hub,c=SE',
      password: new Secret('a word for the hub'),
      searchBase: 'c=SE',
      answerWithinMs,
      allowFeigned: false,
      testIdentifiers: false,
    },
    () => now,
  );
  opened.push(source);
  return source;
};
const closeAll = async () => {
  for (const source of opened.splice(0)) await source.close();
};

async function away(source: PersonSource, why: RegExp): Promise<void> {
  await assert.rejects(source.find(asked), (error) => {
    assert.ok(error instanceof Problem && error.kind === 'unavailable', String(error));
    assert.match(String(error.detail), why);
    assert.doesNotMatch(String(error.detail), /1077/);
    return true;
  });
}

describe('a directory that does not answer as agreed', () => {
  let directory: RawDirectory;
  before(async () => {
    directory = await startRawDirectory();
  });
  afterEach(closeAll);
  after(() => directory.stop());

  test('one that is silent', async () => {
    directory.search = () => undefined;
    await away(open(directory.url, directory.root, 300), /within 300 ms/);
  });
  test('one that says something giant comes', async () => {
    directory.search = (socket) => void socket.write(Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]));
    await away(open(directory.url, directory.root), /too large/);
  });
  test('one that floods with small answers', async () => {
    directory.search = (socket, id) => {
      const entry = searchEntry(id, 'cn=a,c=SE', { objectClass: 'person', sn: 'x'.repeat(1000) });
      const more = () => {
        while (!socket.destroyed && socket.write(entry));
        if (!socket.destroyed) socket.once('drain', more);
      };
      more();
    };
    await away(open(directory.url, directory.root), /more than 1048576 bytes/);
  });
  test('one that breaks off, and is asked anew', async () => {
    const source = open(directory.url, directory.root);
    directory.search = (socket) => void socket.destroy();
    await away(source, /closed|ended/i);
    const before = directory.binds;
    directory.search = (socket, id) => void socket.write(searchDone(id));
    assert.deepEqual(await source.find(asked), []);
    assert.equal(directory.binds, before + 1, 'bound again: an unbound search sees nobody');
  });
  test('one that refuses', async () => {
    directory.search = (socket, id) => void socket.write(searchDone(id, 50));
    await away(open(directory.url, directory.root), /LDAP result 50/);
  });
  test('one that has more people than one person can be', async () => {
    directory.search = (socket, id) => {
      for (let each = 0; each < 21; each += 1)
        socket.write(
          searchEntry(id, `cn=${each},c=SE`, { objectClass: 'person', hsaIdentity: `SE2321000156-${each}`, sn: 'X' }),
        );
      socket.write(searchDone(id, 4));
    };
    await away(open(directory.url, directory.root), /more than 20/);
  });
  test('one that answers about somebody else', async () => {
    let searches = 0;
    directory.search = (socket, id) => {
      searches += 1;
      if (searches === 1)
        socket.write(
          searchEntry(id, 'cn=Other,c=SE', { objectClass: 'person', hsaIdentity: 'SE2321000156-9999', sn: 'Other' }),
        );
      socket.write(searchDone(id));
    };
    await away(open(directory.url, directory.root), /somebody else/);
  });
  test('one that is not there leaves the question to the next', async () => {
    directory.search = (socket, id) => void socket.write(searchDone(id));
    assert.deepEqual(await open('ldaps://localhost:9', directory.root, 2000, [directory.url]).find(asked), []);
  });
});

describe('membership', { skip: slapdMissing() ?? false }, () => {
  const member = 'SE2321000156-1077';
  const commission = (id: string, ...members: readonly string[]) => ({
    id: `SE2321000156-${id}`,
    name: id,
    purpose: 'Vård',
    at: 'SE2321000156-2000',
    members,
  });
  const small: Register = {
    places: [
      ...register.places,
      { id: 'SE2321000156-F1', name: 'Medarbetaruppdrag', kind: 'folder', under: 'SE2321000156-2000' },
      {
        id: 'SE2321000156-P9',
        name: 'Mottagningen',
        kind: 'provider',
        under: 'SE2321000156-1000',
        orgNo: '5560000000',
      },
    ],
    employees: register.employees.filter(({ hsaId }) => hsaId === member),
    commissions: [
      commission('NOW', `${member.toLowerCase()};20250101000000Z;20270101000000Z`),
      commission('PAST', `${member};20200101000000Z;20210101000000Z`),
      commission('OPEN', `${member};20250101000000Z;`),
      commission('AGAIN', `${member};20200101000000Z;20210101000000Z`, `${member};20260101000000Z;20280101000000Z`),
      commission('BARE', `${member};;`),
      commission('OTHER', `${member}X;;`),
      { ...commission('FOLDER', `${member};;`), at: 'SE2321000156-F1' },
      { ...commission('NESTED', `${member};;`), at: 'SE2321000156-P9' },
    ],
  };
  let source: PersonSource;
  let stop: () => Promise<void>;
  before(async () => {
    const root = certificate('Test directory', newKey(), undefined);
    const own = certificate('localhost', newKey(), root, ['localhost']);
    const slapd = await startSlapd({
      schema: treeSchema,
      suffix: 'c=SE',
      ldif: treeLdif(small, 'a word for the hub'),
      reader: 'cn=hub,c=SE',
      tls: { cert: own.pem, key: pem(own.key) },
    });
    stop = slapd.stop;
    source = open(slapd.url, root.pem);
  });
  after(async () => {
    await closeAll();
    await stop?.();
  });

  test('from when until when, the span that holds now, and only the whole HSA-ID', async () => {
    const [anna] = await source.find(asked);
    const at = (text: string) => Date.parse(`${text}-01-01T00:00:00Z`);
    const spans = Object.fromEntries(
      (anna?.commissions ?? []).map(({ name, from, until }) => [name, [from, until]] as const),
    );
    assert.deepEqual(spans, {
      NOW: [at('2025'), at('2027')],
      PAST: [at('2020'), at('2021')],
      OPEN: [at('2025'), undefined],
      AGAIN: [at('2026'), at('2028')],
      BARE: [undefined, undefined],
      FOLDER: [undefined, undefined],
      NESTED: [undefined, undefined],
    });
  });
  test('unit and provider are the nearest above, whatever lies between', async () => {
    const [anna] = await source.find(asked);
    const of = (name: string) => anna?.commissions.find((each) => each.name === name);
    assert.equal(of('FOLDER')?.unit?.id, 'SE2321000156-2000');
    assert.equal(of('FOLDER')?.provider.id, 'SE2321000156-1000');
    assert.equal(of('NESTED')?.unit, undefined);
    assert.equal(of('NESTED')?.provider.organisationNumber, '5560000000');
  });
});
