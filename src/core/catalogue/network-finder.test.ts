// The narrowest configured block decides the network of an address.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkFinder } from './network-finder.ts';

test('the narrowest network wins', () => {
  const find = networkFinder([
    { id: 'all', name: 'all', cidrs: ['10.0.0.0/8'] },
    { id: 'ward', name: 'ward', cidrs: ['10.20.0.0/16', '2001:db8::/32'] },
  ]);
  assert.deepEqual(
    ['10.20.1.1', '::ffff:10.20.1.1', '10.21.1.1', '2001:db8::5', '11.0.0.1', 'x'].map((ip) => find(ip)?.id),
    ['ward', 'ward', 'all', 'ward', undefined, undefined],
  );
});
