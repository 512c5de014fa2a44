// A directory that is read for people, as the hub opens it: what is giant is not kept, and is no answer.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sourceSecretPurpose } from '../../src/apps/hub/sealing.ts';
import { openFeed } from '../../src/apps/hub/sources/person-sources.ts';
import { Problem } from '../../src/base/problem.ts';
import { seal } from '../../src/base/sealing/index.ts';
import { Secret } from '../../src/base/secret.ts';
import type { FedPeople, PersonSourceRecord } from '../../src/core/catalogue/index.ts';
import { ldapsClients, usualLdapsLimits } from '../../src/edge/outgoing/ldap/index.ts';
import { type AdPeople, adPeople } from '../../src/edge/sources/ad-people/index.ts';
import { type RawDirectory, searchEntry, startRawDirectory } from '../fakes/hsa/raw-directory.ts';
import { keyring } from './apply-world.ts';

const people: FedPeople = {
  filter: '(objectClass=user)',
  identities: [{ attribute: 'employeeID', namespace: 'hsa-id' }],
  givenName: 'givenName',
  familyName: 'sn',
  title: 'title',
  mail: 'mail',
  telephone: 'telephoneNumber',
  organisations: ['town'],
  assignments: [],
  creates: true,
  syncSeconds: 60,
  fullSeconds: 86_400,
  freshSeconds: 3600,
};

describe('a directory that is read for people', () => {
  let directory: RawDirectory;
  let feed: AdPeople;
  before(async () => {
    directory = await startRawDirectory();
    const sealedPassword = seal(keyring, sourceSecretPurpose, 'own', Buffer.from('a word')).toString('base64');
    const record: PersonSourceRecord = {
      id: 'own',
      name: { en: 'Own' },
      kind: 'adPeople',
      addresses: [directory.url],
      searchBase: 'DC=hosp,DC=test',
      employeeVersion: '4',
      bind: { name: 'cn=hub', sealedPassword },
      tlsAuthorities: [directory.root],
      allowFeigned: false,
      testIdentifiers: false,
      answerWithinMs: 10_000,
      keepHours: 24,
      people,
      closed: false,
    };
    feed = openFeed(record, { keyring, clock: Date.now, authorities: undefined });
  });
  after(() => directory.stop());

  const away = (read: Promise<unknown>, why: RegExp) =>
    assert.rejects(read, (error) => {
      assert.ok(error instanceof Problem && error.kind === 'unavailable', String(error));
      assert.match(String(error.detail), why);
      return true;
    });
  const asked = { namespace: 'hsa-id', value: 'SE2321000156-1077' };

  test('a giant entry is not waited for: neither of a reading nor of a look-up', async () => {
    directory.search = (socket) => void socket.write(Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]));
    await away(feed.read(undefined), /too large/);
    await away(feed.find(asked), /too large/);
  });

  test('nor is a page of ever more small ones', async () => {
    directory.search = (socket, id) => {
      const entry = searchEntry(id, 'CN=a,DC=hosp,DC=test', { objectClass: 'user', sn: 'x'.repeat(1000) });
      const more = () => {
        while (!socket.destroyed && socket.write(entry));
        if (!socket.destroyed) socket.once('drain', more);
      };
      more();
    };
    const limits = { ...usualLdapsLimits, answerOctets: 100_000 };
    const bounded = adPeople({
      source: 'own',
      addresses: [directory.url],
      searchBase: 'DC=hosp,DC=test',
      bindName: 'cn=hub',
      password: new Secret('a word'),
      answerWithinMs: 10_000,
      people,
      connect: (url) => ldapsClients({ anchors: [directory.root], limits })(url),
    });
    await away(bounded.find(asked), /more than 100000 bytes/);
  });
});
