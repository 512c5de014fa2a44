// A directory that is read for people, as the hub opens it: what is giant is not kept, and is no answer.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sourceSecretPurpose } from '../../src/apps/hub/sealing.ts';
import { openFeed } from '../../src/apps/hub/sources/person-sources.ts';
import { Problem } from '../../src/base/problem.ts';
import { seal } from '../../src/base/sealing/index.ts';
import { Secret } from '../../src/base/secret.ts';
import type { FedPeople, PersonSourceRecord } from '../../src/core/catalogue/index.ts';
import type { PeopleFeed } from '../../src/core/directory/index.ts';
import { ldapsClients, usualLdapsLimits } from '../../src/edge/outgoing/ldap/index.ts';
import { adPeople, ldapPeople } from '../../src/edge/sources/directory-people/index.ts';
import { type RawDirectory, searchDone, searchEntry, startRawDirectory } from '../fakes/hsa/raw-directory.ts';
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
const marks = { id: 'entryUUID', changed: 'modifyTimestamp', closed: [] };

for (const kind of ['adPeople', 'ldapPeople'] as const)
  describe(`a directory that is read for people: ${kind}`, () => {
    let directory: RawDirectory;
    let feed: PeopleFeed;
    let record: PersonSourceRecord;
    before(async () => {
      directory = await startRawDirectory();
      const sealedPassword = seal(keyring, sourceSecretPurpose, 'own', Buffer.from('a word')).toString('base64');
      record = {
        id: 'own',
        name: { en: 'Own' },
        kind,
        addresses: [directory.url],
        searchBase: 'DC=hosp,DC=test',
        employeeVersion: '4',
        bind: { name: 'cn=hub', sealedPassword },
        tlsAuthorities: [directory.root],
        allowFeigned: false,
        testIdentifiers: false,
        answerWithinMs: 10_000,
        keepHours: 24,
        people: kind === 'adPeople' ? people : { ...people, marks },
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
      const settings = {
        source: 'own',
        addresses: [directory.url],
        searchBase: 'DC=hosp,DC=test',
        bindName: 'cn=hub',
        password: new Secret('a word'),
        answerWithinMs: 10_000,
        people,
        connect: (url: string) => ldapsClients({ anchors: [directory.root], limits })(url),
      };
      const bounded = kind === 'adPeople' ? adPeople(settings) : ldapPeople({ ...settings, marks }, Date.now);
      await away(bounded.find(asked), /more than 100000 bytes/);
    });

    test('one that is silent, breaks off or refuses is not there: neither changes nor people', async () => {
      directory.search = () => undefined;
      const late = openFeed({ ...record, answerWithinMs: 300 }, { keyring, clock: Date.now, authorities: undefined });
      await away(late.read(undefined), /timed out/);
      directory.search = (socket) => void socket.destroy();
      await away(feed.read(undefined), /closed|ended/i);
      directory.search = (socket, id) => void socket.write(searchDone(id, 50));
      await away(feed.read(undefined), /LDAP result 50/);
    });
  });

describe('what an entry of an LDAP directory says of itself', () => {
  let directory: RawDirectory;
  let feed: PeopleFeed;
  before(async () => {
    directory = await startRawDirectory();
    const limits = usualLdapsLimits;
    feed = ldapPeople(
      {
        source: 'own',
        addresses: [directory.url],
        searchBase: 'dc=test',
        bindName: 'cn=hub',
        password: new Secret('a word'),
        answerWithinMs: 10_000,
        people,
        marks,
        connect: (url) => ldapsClients({ anchors: [directory.root], limits })(url),
      },
      Date.now,
    );
  });
  after(() => directory.stop());

  const id = 'c0000000-0000-4000-8000-000000000001';
  const modifyTimestamp = '20260601120000Z';
  const refused: readonly (readonly [what: string, entries: readonly Record<string, string>[], why: RegExp])[] = [
    ['no id', [{ modifyTimestamp }], /does not say entryUUID/],
    ['an id that ends another’s', [{ entryUUID: `${id}/x`, modifyTimestamp }], /no lasting id/],
    ['no moment', [{ entryUUID: id }], /does not say modifyTimestamp/],
    ['a moment that is none', [{ entryUUID: id, modifyTimestamp: '20260230120000Z' }], /does not say modifyTimestamp/],
    [
      'one id twice',
      [
        { entryUUID: id, modifyTimestamp },
        { entryUUID: id.toUpperCase(), modifyTimestamp },
      ],
      /two entries/,
    ],
  ];
  for (const [what, entries, why] of refused)
    test(`${what} is no answer: nobody seems to be gone`, async () => {
      directory.search = (socket, message) => {
        for (const [at, entry] of entries.entries()) socket.write(searchEntry(message, `cn=${at},dc=test`, entry));
        socket.write(searchDone(message));
      };
      await assert.rejects(feed.read(undefined), (error) => {
        assert.ok(error instanceof Problem && error.kind === 'unavailable', String(error));
        assert.match(String(error.detail), why);
        return true;
      });
    });
});
