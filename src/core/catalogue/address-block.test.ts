// Address blocks, with Node's own BlockList as the oracle.
import assert from 'node:assert/strict';
import { BlockList, isIP } from 'node:net';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { inBlock, networkFinder, parseAddress, parseBlock } from './address-block.ts';

describe('address blocks', () => {
  for (const text of [
    '10.0.0.1/8',
    '10.0.0.0/33',
    '10.0.0/8',
    '010.0.0.0/8',
    '1::2::3/64',
    '::1/0',
    '2001:db8::1/64',
    '10.0.0.0/08',
    '/8',
    '1:2:3:4:5:6:7/16',
  ]) {
    test(`${text} is no block`, () => assert.equal(parseBlock(text), undefined));
  }
  test('an IPv4-mapped address is the IPv4 address', () => {
    assert.deepEqual(parseAddress('::ffff:10.1.2.3'), parseAddress('10.1.2.3'));
    assert.ok(inBlock(parseBlock('10.0.0.0/8')!, '::ffff:10.1.2.3'));
  });
  test('agrees with BlockList', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.ipV4(), fc.ipV6()),
        fc.oneof(fc.ipV4(), fc.ipV6()),
        fc.nat(128),
        (base, address, length) => {
          const family = isIP(base) === 4 ? 'ipv4' : 'ipv6';
          const parsed = parseAddress(base);
          assert.ok(parsed, base);
          if (family === 'ipv6' && parsed.bits === 32) return; // a mapped address
          if (parsed.bits !== parseAddress(address)?.bits) return; // BlockList counts IPv4 as mapped into ::/0, we never do
          const prefix = length % (parsed.bits + 1);
          const host = BigInt(parsed.bits - prefix);
          const block = { bits: parsed.bits, base: (parsed.value >> host) << host, prefix };
          const list = new BlockList();
          list.addSubnet(base, prefix, family);
          assert.equal(
            inBlock(block, address),
            list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6'),
            `${base}/${prefix} ${address}`,
          );
          assert.ok(inBlock(block, base));
        },
      ),
      { numRuns: 3000 },
    );
  });
  test('the narrowest network wins', () => {
    const find = networkFinder([
      { id: 'all', name: 'all', cidrs: ['10.0.0.0/8'] },
      { id: 'ward', name: 'ward', cidrs: ['10.20.0.0/16', '2001:db8::/32'] },
    ]);
    assert.deepEqual(
      ['10.20.1.1', '10.21.1.1', '2001:db8::5', '11.0.0.1', 'x'].map((ip) => find(ip)?.id),
      ['ward', 'all', 'ward', undefined, undefined],
    );
  });
});
