// The way to a directory: LDAPS to whom we trust alone, once, and no more of an answer than fits.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Client } from 'ldapts';
import { certificate, newKey, pem } from '../../../../test/fakes/certificates.ts';
import {
  type RawDirectory,
  searchDone,
  searchEntry,
  startRawDirectory,
} from '../../../../test/fakes/hsa/raw-directory.ts';
import { type LdapsClientOptions, type LdapsWatch, ldapsClients, usualLdapsLimits } from './ldaps-client.ts';

describe('ldapsClients', () => {
  let directory: RawDirectory;
  const opened: Client[] = [];
  const open = (change: Partial<LdapsClientOptions> = {}, url = directory.url, watch?: LdapsWatch): Client => {
    const client = ldapsClients({ anchors: [directory.root], limits: usualLdapsLimits, ...change })(url, watch);
    opened.push(client);
    return client;
  };
  before(async () => {
    directory = await startRawDirectory();
  });
  afterEach(async () => {
    for (const client of opened.splice(0)) await client.unbind().catch(() => undefined);
  });
  after(() => directory.stop());

  test('plain LDAP is refused before anything is connected', () => {
    for (const url of [directory.url.replace('ldaps:', 'ldap:'), directory.url.replace('ldaps:', 'https:')])
      assert.throws(() => open({}, url), /is not LDAPS/);
  });

  test('no name and password are told to whom nobody trusted vouches for, or who has another name', async () => {
    const stranger = certificate('Stranger', newKey(), undefined);
    const before = directory.binds;
    await assert.rejects(open({ anchors: [stranger.pem] }).bind('cn=hub', 'word'), /certificate/);
    await assert.rejects(open({ anchors: undefined }).bind('cn=hub', 'word'), /certificate/);
    await assert.rejects(open({}, directory.url.replace('localhost', '127.0.0.1')).bind('cn=hub', 'word'), /altnames/);
    assert.equal(directory.binds, before);
    await open().bind('cn=hub', 'word');
    assert.equal(directory.binds, before + 1);
  });

  test('a certificate of ours is shown to a directory that asks', async () => {
    const key = newKey();
    const { pem: cert } = certificate('The hub', key, undefined);
    await open({ certificate: { cert, key: pem(key) } }).bind('cn=hub', 'word');
    assert.equal(directory.shown, 'The hub');
  });

  test('a connection that broke is not made again: it would be bound to nobody', async () => {
    const client = open();
    await client.bind('cn=hub', 'word');
    directory.search = (socket) => void socket.destroy();
    await assert.rejects(client.search('c=SE'));
    const before = directory.binds;
    directory.search = (socket, id) => void socket.write(searchDone(id));
    await assert.rejects(client.search('c=SE'), /the connection ended/);
    await assert.rejects(client.bind('cn=hub', 'word'), /the connection ended/);
    assert.equal(directory.binds, before);
  });

  const flood = (): void => {
    directory.search = (socket, id) => {
      const entry = searchEntry(id, 'cn=a,c=SE', { objectClass: 'person', sn: 'x'.repeat(1000) });
      const more = () => {
        while (!socket.destroyed && socket.write(entry));
        if (!socket.destroyed) socket.once('drain', more);
      };
      more();
    };
  };
  test('a message that says it is giant ends the connection', async () => {
    directory.search = (socket) => void socket.write(Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]));
    await assert.rejects(open().search('c=SE'), /an answer is too large/);
  });
  test('so does an answer of ever more small ones', async () => {
    flood();
    const limits = { ...usualLdapsLimits, answerOctets: 100_000 };
    await assert.rejects(open({ limits }).search('c=SE'), /an answer of more than 100000 bytes/);
  });
  test('so does whoever watches, when told of more octets than it allows', async () => {
    flood();
    let sum = 0;
    const watch: LdapsWatch = (octets) => {
      sum += octets;
      return sum > 100_000 ? 'enough' : undefined;
    };
    await assert.rejects(open({}, directory.url, watch).search('c=SE'), /enough/);
  });
});
