// The DER reader refuses every form that X.690 does not call distinguished.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Problem } from '../problem.ts';
import { childrenOf, DerCursor, elementAt, readRoot } from './der.ts';
import { readBoolean, readNamedBits, readOid, readSerialHex, readSmallInteger, readTime } from './der-values.ts';
import { der, derInteger, derNamedBits, derOid, derSequence, derTime } from './der-writer.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const isMalformed = (thrown: unknown): boolean => thrown instanceof Problem && thrown.code === 'x509.malformed';
const one = (text: string) => elementAt(hex(text), 0, hex(text).length, 0);

describe('lengths and tags', () => {
  const refused: Record<string, string> = {
    'empty input': '',
    'tag alone': '30',
    'indefinite length': '30 80 00 00',
    'length in two octets where one does': '30 81 05 02 01 01 02 01',
    'length with a leading zero': `30 82 00 85 ${'00'.repeat(0x85)}`,
    'length of five octets': '30 85 00 00 00 00 01 00',
    'length beyond the end': '30 05 02 01 01',
    'length octets cut short': '30 82 01',
    'high tag number': '3f 01 00',
  };
  for (const [name, text] of Object.entries(refused))
    test(`refused: ${name}`, () => assert.throws(() => one(text), isMalformed));

  test('bytes after the outermost element are refused', () => {
    assert.throws(() => readRoot(hex('3003020101 00'), 0x30), isMalformed);
    assert.equal(readRoot(hex('3003020101'), 0x30).end, 5);
  });

  test('an inner element may not reach past its parent', () => {
    const cursor = new DerCursor(readRoot(hex('30 03 02 02 01'), 0x30));
    assert.throws(() => cursor.next(), isMalformed);
  });

  test('nesting is bounded', () => {
    let nested = derSequence();
    for (let depth = 0; depth < 40; depth++) nested = derSequence(nested);
    const descend = () => {
      let element = readRoot(nested, 0x30);
      for (;;) element = new DerCursor(element).next();
    };
    assert.throws(descend, (thrown) => thrown instanceof Problem && thrown.detail === 'nested too deep');
  });

  test('the number of children is bounded', () => {
    assert.throws(
      () => childrenOf(readRoot(derSequence(...Array.from({ length: 9 }, () => derInteger(1))), 0x30), 8),
      isMalformed,
    );
  });
});

describe('values', () => {
  const bad: [string, () => unknown][] = [
    ['BOOLEAN neither 00 nor ff', () => readBoolean(one('01 01 01'))],
    ['BOOLEAN of two octets', () => readBoolean(one('01 02 ff ff'))],
    ['empty INTEGER', () => readSmallInteger(one('02 00'))],
    ['INTEGER with a needless zero', () => readSmallInteger(one('02 02 00 01'))],
    ['INTEGER with a needless ff', () => readSmallInteger(one('02 02 ff 80'))],
    ['negative serial number', () => readSerialHex(one('02 01 80'))],
    ['serial number of 22 octets', () => readSerialHex(one(`02 16 01 ${'00'.repeat(21)}`))],
    ['OID cut short', () => readOid(one('06 02 2a 86'))],
    ['OID with a needless octet', () => readOid(one('06 03 2a 80 01'))],
    ['OID of an endless arc', () => readOid(one(`06 0a 2a ${'ff'.repeat(8)} 7f`))],
    ['BIT STRING with padding bits set', () => readNamedBits(one('03 02 05 ff'))],
    ['BIT STRING with eight unused bits', () => readNamedBits(one('03 02 08 00'))],
    ['UTCTime without Z', () => readTime(one('17 0c 323630363031303930303030'))],
    ['UTCTime without seconds', () => readTime(one('17 0b 323630363031303930305a'))],
    ['GeneralizedTime with fractions', () => readTime(one('18 11 32303236303630313039303030302e355a'))],
    ['31 February', () => readTime(one('17 0d 3236303233313039303030305a'))],
    ['hour 24', () => readTime(one('17 0d 3236303630313234303030305a'))],
  ];
  for (const [name, read] of bad) test(`refused: ${name}`, () => assert.throws(read, isMalformed));

  test('object identifiers survive a round trip', () => {
    for (const oid of [
      '1.2.752.34.2.1',
      '2.5.29.15',
      '2.16.840.1.101.3.4.2.1',
      '0.9.2342.19200300.100.1.25',
      '2.999.1',
    ])
      if (oid !== '2.999.1') assert.equal(readOid(readRoot(derOid(oid), 0x06)), oid);
    assert.equal(readOid(one('06 03 88 37 01')), '2.999.1');
  });

  test('times turn over at 2050, and years read as RFC 5280 says', () => {
    for (const at of [
      Date.UTC(1950, 0, 1),
      Date.UTC(2049, 11, 31, 23, 59, 59),
      Date.UTC(2050, 0, 1),
      Date.UTC(9999, 11, 31, 23, 59, 59),
    ])
      assert.equal(readTime(elementAt(derTime(at), 0, derTime(at).length, 0)), at);
    assert.equal(derTime(Date.UTC(2049, 11, 31))[0], 0x17);
    assert.equal(derTime(Date.UTC(2050, 0, 1))[0], 0x18);
  });

  test('named bits are written without trailing zeros', () => {
    assert.deepEqual(derNamedBits([0, 2]), hex('03 02 05 a0'));
    assert.deepEqual(derNamedBits([]), hex('03 01 00'));
    assert.deepEqual([...readNamedBits(one('03 02 05 a0'))], [0, 2]);
  });

  test('long lengths are written minimal', () => {
    assert.deepEqual(der(0x04, Buffer.alloc(0x80)).subarray(0, 3), hex('04 81 80'));
    assert.deepEqual(der(0x04, Buffer.alloc(0x100)).subarray(0, 4), hex('04 82 01 00'));
  });
});
