// K5: what keeps a real directory (Samba) from working as a target, each said in words with what to change.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createPlainServer, type Server } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createServer } from 'node:tls';
import { Secret } from '../../src/base/secret.ts';
import type { TargetFault } from '../../src/core/provisioning/index.ts';
import { temporaryFolder } from '../support/folder.ts';
import { openRegion, type RegionChange, regionTree } from '../support/region-directory.ts';
import { type Samba, sambaMissing, startSamba } from '../support/samba.ts';

describe('what is wrong with a directory', { skip: sambaMissing() ?? false }, () => {
  let samba: Samba;
  const folder = temporaryFolder('tillit-check-');
  const servers: Server[] = [];
  const tree = regionTree;

  /** Faults of a directory that answers, or the words of why it was not reached. */
  async function checked(
    change: RegionChange,
    written: readonly string[] = [],
  ): Promise<readonly TargetFault[] | string> {
    const directory = openRegion(samba, change);
    try {
      return await directory.check(written);
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message : String(thrown);
    } finally {
      await directory.close();
    }
  }
  const faultOf = async (change: RegionChange, what: string): Promise<string | undefined> => {
    const faults = await checked(change);
    assert.ok(typeof faults !== 'string', String(faults));
    return faults.find((fault) => fault.what === what)?.why;
  };
  /** `ldaps://` of a server on this machine. */
  const listening = async (server: Server): Promise<string> => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return `ldaps://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  };

  before(async () => {
    samba = await startSamba();
    await samba.addOperator('hub', 'Hub-Passw0rd');
    const client = await samba.client();
    await client.add(tree, { objectClass: ['top', 'organizationalUnit'] });
    // Somebody who may log in there and nothing else.
    await client.add(`CN=reader,CN=Users,${samba.root}`, {
      objectClass: ['top', 'person', 'organizationalPerson', 'user'],
      sAMAccountName: 'reader',
      userAccountControl: '514',
    });
    await client.unbind();
    await samba.setPassword(`CN=reader,CN=Users,${samba.root}`, 'Reader-Passw0rd');
    const { Attribute, Change } = await import('ldapts');
    const again = await samba.client();
    await again.modify(
      `CN=reader,CN=Users,${samba.root}`,
      new Change({
        operation: 'replace',
        modification: new Attribute({ type: 'userAccountControl', values: ['512'] }),
      }),
    );
    await again.unbind();
  });
  after(async () => {
    for (const server of servers) server.close();
    await samba?.remove();
    folder.remove();
  });

  test('a name that nobody knows, and a port on which nothing listens', async () => {
    assert.match(
      String(await checked({ controllers: ['ldaps://dc1.nowhere.invalid'] })),
      /no such name is known|name service does not answer/,
    );
    assert.match(
      String(await checked({ controllers: ['ldaps://127.0.0.1:1'] })),
      /nothing listens there: LDAPS has port 636/,
    );
  });

  test('a certificate for another name, and one that nobody vouches for', async () => {
    const [key, cert] = [join(folder.path, 'key.pem'), join(folder.path, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
        ...['-keyout', key, '-out', cert, '-subj', '/CN=x', '-addext', 'subjectAltName=DNS:dc9.elsewhere.example'],
      ],
      { stdio: 'ignore' },
    );
    const pem = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
    const url = await listening(createServer(pem).on('tlsClientError', () => undefined));
    assert.match(
      String(await checked({ controllers: [url], anchors: [pem.cert] })),
      /certificate is for another name: write that name into `controllers`/,
    );
    assert.match(
      String(await checked({ anchors: [pem.cert] })),
      /nobody who is trusted vouches for its certificate: see `tlsAuthorities`/,
    );
  });

  test('a port without TLS', async () => {
    const url = await listening(createPlainServer((socket) => socket.on('error', () => undefined).end('hello\r\n')));
    assert.match(String(await checked({ controllers: [url] })), /does not speak TLS there|is there TLS on this port/);
  });

  test('a wrong password, and a name that is nobody’s', async () => {
    for (const change of [{ password: new Secret('wrong') }, { bindName: `CN=nobody,CN=Users,${samba.root}` }]) {
      const said = String(await checked(change));
      assert.match(
        said,
        /does not take the name and password that the hub has for it: see `bindName` and `passwordFile`/,
      );
      assert.doesNotMatch(said, /Hub-Passw0rd/);
    }
  });

  test('a tree that is not there, one in which the hub may not make users, and one that is right', async () => {
    const nowhere = 'OU=Nowhere,DC=hosp,DC=test';
    assert.match((await faultOf({ base: nowhere }, nowhere)) ?? '', /there is no such place/);
    const reader = { bindName: `CN=reader,CN=Users,${samba.root}`, password: new Secret('Reader-Passw0rd') };
    assert.match((await faultOf(reader, tree)) ?? '', /the hub may not make users there/);
    assert.equal(await faultOf({}, tree), undefined);
  });

  test('attributes that the directory does not have, and one without an index', async () => {
    assert.match((await faultOf({ keyAttribute: 'hsaIdentity' }, 'hsaIdentity')) ?? '', /no such attribute/);
    assert.match((await faultOf({ markAttribute: 'tillitMark' }, 'tillitMark')) ?? '', /no such attribute/);
    assert.equal(await faultOf({}, 'adminDescription'), undefined);
    assert.match((await faultOf({}, 'employeeNumber')) ?? '', /it has no index/);
    assert.match((await faultOf({ keyAttribute: 'employeeID' }, 'employeeID')) ?? '', /16 letters/);
    assert.equal(await faultOf({ keyAttribute: 'sAMAccountName' }, 'sAMAccountName'), undefined);
  });

  test('an attribute of a rule that the schema does not have, or that nobody may write', async () => {
    const written = ['displayName', 'DEPARTMENT', 'hsaTitle', 'objectGUID', 'x)(cn=*'];
    const faults = await checked({}, written);
    assert.ok(typeof faults !== 'string', String(faults));
    const of = (what: string) => faults.find((fault) => fault.what === what)?.why;
    assert.equal(of('displayName') ?? of('DEPARTMENT'), undefined);
    assert.match(String(of('hsaTitle')), /a rule writes it, and the directory’s schema has no such attribute/);
    assert.match(String(of('x)(cn=*')), /has no such attribute/);
    assert.match(String(of('objectGUID')), /lets nobody write it/);
  });
});
