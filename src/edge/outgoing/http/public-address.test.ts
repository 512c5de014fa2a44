// Addresses that a stranger's URL must not lead to, and those that it may.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPublicAddress } from './public-address.ts';

const own = [
  ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1'],
  ...['0.0.0.0', '198.18.0.1', '192.0.0.8', '224.0.0.1', '240.0.0.1', '255.255.255.255', '203.0.113.9'],
  ...['::1', '::', 'fe80::1', 'fc00::1', 'fd12::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::7f00:1'],
  ...['2002:7f00:1::', '2001::1', '2001:db8::1', '3fff::1', 'fe80::1%eth0', '2606:4700::1%eth0', 'localhost', ''],
];

for (const address of own)
  test(`not public: ${address || 'nothing'}`, () => assert.equal(isPublicAddress(address), false));
for (const address of ['8.8.8.8', '172.32.0.1', '192.169.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1']) {
  test(`public: ${address}`, () => assert.equal(isPublicAddress(address), true));
}
