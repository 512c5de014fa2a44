// Address ranges: what is inside, what is malformed, and agreement with node:net.
import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  cidrMatcher,
  ipInCidr,
  isCidr,
  isNetworkAddress,
  networkOfAddress,
  parseBlock,
  plainAddress,
} from './ip-address.ts';

describe('CIDR', () => {
  for (const [address, cidr, inside] of [
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.4', '10.1.2.3', false],
    ['10.1.2.127', '10.1.2.0/25', true],
    ['10.1.2.128', '10.1.2.0/25', false],
    ['1.2.3.4', '0.0.0.0/0', true],
    ['::1', '0.0.0.0/0', false],
    ['::ffff:10.1.2.3', '10.0.0.0/8', true],
    ['::ffff:a01:203', '10.0.0.0/8', true],
    ['10.1.2.3', '::ffff:10.0.0.0/104', true],
    ['10.1.2.3', '::/0', false],
    ['2001:db8::1', '2001:db8::/32', true],
    ['2001:db9::1', '2001:db8::/32', false],
    ['fe80::1%eth0', 'fe80::/10', true],
    ['::1', '::1', true],
    ['::1', '::1/128', true],
    ['not an address', '0.0.0.0/0', false],
    ['10.1.2.3', '10.0.0.0/33', false],
    ['10.1.2.3', '10.0.0.0/-1', false],
    ['10.1.2.3', '10.0.0.0/08', false],
    ['10.1.2.3', '10.0.0/8', false],
    ['10.1.2.3', '10.0.0.0/', false],
    ['010.1.2.3', '10.0.0.0/8', false],
  ] as const) {
    test(`${address} in ${cidr}: ${inside}`, () => assert.equal(ipInCidr(address, cidr), inside));
  }

  test('agrees with node:net on any IPv4 and IPv6', () => {
    const v6 = fc.array(fc.constantFrom('0', '1', 'ff', '2001', 'db8', 'fe80'), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (a, b, bits) => {
        const list = new BlockList();
        list.addSubnet(b, bits, 'ipv4');
        assert.equal(ipInCidr(a, `${b}/${bits}`), list.check(a, 'ipv4'));
      }),
    );
    fc.assert(
      fc.property(v6, v6, fc.integer({ min: 0, max: 128 }), (a, b, bits) => {
        const list = new BlockList();
        list.addSubnet(b.join(':'), bits, 'ipv6');
        assert.equal(ipInCidr(a.join(':'), `${b.join(':')}/${bits}`), list.check(a.join(':'), 'ipv6'));
      }),
    );
  });

  test('matcher of many, which refuses a block that is none', () => {
    const inside = cidrMatcher(['127.0.0.0/8', '::1']);
    assert.deepEqual(['127.0.0.1', '::1', '::ffff:127.9.9.9', '10.0.0.1', ''].map(inside), [
      true,
      true,
      true,
      false,
      false,
    ]);
    assert.throws(() => cidrMatcher(['127.0.0.0/8', 'localhost']), { code: 'network.cidr' });
    assert.equal(isCidr('10.0.0.0/8'), true);
    assert.equal(isCidr('10.0.0.0/40'), false);
    assert.equal(cidrMatcher([])('127.0.0.1'), false);
  });

  test('one spelling of an address', () => {
    assert.equal(plainAddress('::ffff:127.0.0.1'), '127.0.0.1');
    assert.equal(plainAddress('FE80::1%eth0'), 'fe80::1');
    assert.equal(plainAddress('x'), undefined);
  });
});

describe('networks of addresses', () => {
  for (const [text, is] of [
    ['10.0.0.0/8', true],
    ['10.0.0.1/8', false],
    ['10.0.0.1/32', true],
    ['2001:db8::/64', true],
    ['2001:db8::1/64', false],
    ['::/0', true],
    ['::1/0', false],
  ] as const) {
    test(`${text} ${is ? 'is' : 'is not'} written as its network`, () => {
      const block = parseBlock(text);
      assert.ok(block);
      assert.equal(isNetworkAddress(block), is);
    });
  }

  test('the /64 of an address, in one spelling', () => {
    const one = networkOfAddress('2001:DB8:0:1:aaaa::5', 64);
    assert.equal(one, '2001:db8:0:1::/64');
    assert.equal(networkOfAddress('2001:db8:0:1::', 64), one);
    assert.notEqual(networkOfAddress('2001:db8:0:2::', 64), one);
    assert.equal(networkOfAddress('10.1.2.3', 24), '10.1.2.0/24');
    assert.equal(networkOfAddress('::ffff:10.1.2.3', 64), undefined);
    assert.equal(networkOfAddress('x', 64), undefined);
  });

  test('an address lies in its own network, and only addresses with the same prefix share it (property)', () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.ipV6(), fc.integer({ min: 1, max: 128 }), (address, other, bits) => {
        const network = networkOfAddress(address, bits);
        if (network === undefined) return; // IPv4-mapped
        assert.ok(ipInCidr(address, network));
        if (networkOfAddress(other, bits) !== undefined) {
          assert.equal(ipInCidr(other, network), networkOfAddress(other, bits) === network);
        }
      }),
    );
  });
});
