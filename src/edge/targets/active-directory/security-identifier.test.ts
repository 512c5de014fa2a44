// Security identifiers: the vector of MS-DTYP's well-known ones, and octets that are none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { securityIdentifier } from './security-identifier.ts';

const read = (hex: string) => securityIdentifier(Buffer.from(hex, 'hex'));

test('an identifier is written as people write it', () => {
  assert.equal(
    read('01020000000000052000000020020000'),
    'S-1-5-32-544',
    'the administrators of a machine (MS-DTYP 2.4.2.4)',
  );
  assert.equal(
    read('010500000000000515000000dcf4dc3b833d2b46828ba62800020000'),
    'S-1-5-21-1004336348-1177238915-682003330-512',
    'a domain’s administrators, parts of more than 31 bits unsigned',
  );
  assert.equal(read('010100000000000affffffff'), 'S-1-10-4294967295');
});

test('what is cut short, too long or of another revision is none', () => {
  for (const hex of ['', '01', '0101000000000005', '010100000000000501000000ff', '020100000000000501000000'])
    assert.equal(read(hex), undefined, hex);
});
