// V4 on both databases: who may be one human, by what is stored; national numbers by their keyed lookup, also under an older key.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { before, test } from 'node:test';
import { listDuplicates } from '../../src/apps/cli/person-duplicates.ts';
import { keyringOf } from '../../src/base/sealing/index.ts';
import { Secret } from '../../src/base/secret.ts';
import { savePeople } from '../../src/edge/store/hub/directory-write.ts';
import { identityVault } from '../../src/edge/store/hub/identity-vault.ts';
import { number, otherNumber } from '../fakes/told-people.ts';
import { applyWorld, keyring } from './apply-world.ts';
import { onEachServer } from './servers.ts';

const hsa = (value: string) => ({ namespace: 'hsa-id', value: `SE2321000156-${value}` });
const national = (value: string) => ({ namespace: 'se-personnummer', value });

onEachServer('duplicates', (database) => {
  const { write, applied } = applyWorld(database);
  const listed = async (keys = keyring) => {
    const lines: string[] = [];
    const errors: string[] = [];
    const place = { pool: database.pool, keyring: keys, clock: Date.now, who: 'tester@host' };
    assert.equal(await listDuplicates(place, { out: (line) => lines.push(line), err: (line) => errors.push(line) }), 0);
    return { lines, errors };
  };
  const someone = (id: string, more: object = {}) => ({ id, givenName: 'Eva', familyName: id, ...more });
  const apply = (...people: readonly object[]) => applied(write({ people }));
  before(async () => {
    await applied(write({ organisations: [{ id: 'town', name: 'Town' }] }));
  });

  test('nobody, then each pair with its reasons, the surest first; protected people by initials; never a value', async () => {
    await apply(someone('alone', { attributes: { mail: 'alone@town.example' } }));
    assert.deepEqual((await listed()).lines, []);
    const mail = { attributes: { mail: 'Eva@town.example' } };
    await apply(
      someone('m1', { familyName: 'Öberg', ...mail }),
      someone('m2', { familyName: 'OBERG', attributes: { mail: 'eva@TOWN.example' }, protectedIdentity: true }),
      someone('h1', { identities: [hsa('1077')] }),
      someone('h2', { assignments: [{ id: 'h2-a', organisation: 'town', role: 'nurse', hsaId: 'SE2321000156-1077' }] }),
      someone('n1', { identities: [national(number)] }),
      someone('closed', { familyName: 'Öberg', ...mail, closed: true }),
    );
    // A number that was another's before.
    await apply(someone('n1'));
    await apply(someone('n2', { identities: [national(number)] }));
    const { lines } = await listed();
    assert.deepEqual(lines, [
      'n1 (Eva n1) and n2 (Eva n2): certain (100): one national number, now or before',
      'm1 (Eva Öberg) and m2 (E. O.): likely (70): one mail address, one name',
      'h1 (Eva h1) and h2 (Eva h2): likely (60): one HSA-ID, now or before',
    ]);
    assert.ok(!lines.join().includes(number.slice(2)) && !lines.join().includes('1077'));
    const { rows } = await database.pool.query(
      `SELECT text FROM hub.audit_event WHERE kind = 'admin.exported' ORDER BY id DESC LIMIT 1`,
    );
    assert.match(rows[0].text, /"what":"duplicates"/);
  });

  test('two different numbers are told of as such', async () => {
    await apply(
      someone('h1', { identities: [hsa('1077'), national(otherNumber)] }),
      someone('h2', {
        identities: [national('199001022392')],
        assignments: [{ id: 'h2-a', organisation: 'town', role: 'nurse', hsaId: 'SE2321000156-1077' }],
      }),
    );
    assert.ok((await listed()).lines.some((line) => /^h1 .* and h2 .*: not to be merged/.test(line)));
    await apply(someone('h1'), someone('h2'));
  });

  test('one number under two keys is one number', async () => {
    const renewed = keyringOf({ id: 'k2', key: new Secret(randomBytes(32)) }, [keyring.current]);
    const person = {
      id: 'n3',
      givenName: 'Eva',
      familyName: 'n3',
      closed: false,
      protectedIdentity: false,
      attributes: {},
    };
    const link = [identityVault(renewed).row(national(number))];
    await savePeople(database.pool, [{ person, assignments: [], link, unlink: [] }], 'apply', Date.now());
    assert.ok(!(await listed()).lines.some((line) => line.includes('n3')));
    const { lines } = await listed(renewed);
    assert.ok(
      lines.some((line) => line.startsWith('n2 (Eva n2) and n3 (Eva n3): certain')),
      lines.join('\n'),
    );
  });

  test('what many share tells nothing, and costs nothing', async () => {
    const many = Array.from({ length: 25 }, (_, n) =>
      someone(`w${n}`, { familyName: 'Ward', attributes: { mail: 'ward@town.example' } }),
    );
    await apply(...many);
    const { lines, errors } = await listed();
    assert.ok(!lines.some((line) => line.includes('Ward')));
    assert.match(errors.join(), /Of 1 values that more than 20 people have/);
  });
});
