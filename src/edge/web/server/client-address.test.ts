// Whose address a request has: the peer, or what a configured proxy said.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cidrMatcher } from '../../../base/ip-address.ts';
import { proxyTest, readClientAddress } from './client-address.ts';

const isProxy = cidrMatcher(['10.0.0.0/24', '::1']);

describe('client address', () => {
  for (const [name, peer, value, right] of [
    ['a stranger’s header is not believed', '203.0.113.9', '1.2.3.4', '203.0.113.9'],
    ['a proxy’s is', '10.0.0.1', '1.2.3.4', '1.2.3.4'],
    ['mapped proxy', '::ffff:10.0.0.1', '1.2.3.4', '1.2.3.4'],
    ['what a client wrote to the left of the proxy’s entry is not believed', '10.0.0.1', '6.6.6.6, 1.2.3.4', '1.2.3.4'],
    ['two proxies', '10.0.0.1', '6.6.6.6, 1.2.3.4, 10.0.0.2', '1.2.3.4'],
    ['nonsense ends the walk', '10.0.0.1', '1.2.3.4, unknown', '10.0.0.1'],
    ['no header', '10.0.0.1', undefined, '10.0.0.1'],
    ['repeated header', '10.0.0.1', ['6.6.6.6', '1.2.3.4'], '1.2.3.4'],
    ['IPv6', '::1', '2001:db8::7', '2001:db8::7'],
  ] as const) {
    test(name, () => {
      const headers = { 'x-forwarded-for': value, forwarded: 'for=9.9.9.9' };
      assert.equal(readClientAddress(headers, peer, isProxy, 'x-forwarded-for'), right);
      assert.deepEqual({ ...headers }, { 'x-forwarded-for': undefined, forwarded: undefined });
    });
  }

  for (const [value, right] of [
    ['for=1.2.3.4;proto=https', '1.2.3.4'],
    ['proto=https; For="1.2.3.4:5000"', '1.2.3.4'],
    ['for=6.6.6.6, for="[2001:db8::7]:4711"', '2001:db8::7'],
    ['for=_hidden', '10.0.0.1'],
    ['by=1.2.3.4', '10.0.0.1'],
  ] as const) {
    test(`Forwarded: ${value}`, () => {
      const headers = { forwarded: value, 'x-forwarded-for': '9.9.9.9' };
      assert.equal(readClientAddress(headers, '10.0.0.1', isProxy, 'forwarded'), right);
    });
  }

  test('Client-Cert stays only when a proxy sent it', () => {
    const from = (peer: string) => {
      const headers = { 'client-cert': ':AA==:', 'client-cert-chain': ':AA==:', 'client-cert-ocsp': ':AA==:' };
      readClientAddress(headers, peer, isProxy, 'x-forwarded-for');
      return Object.values(headers);
    };
    assert.deepEqual(from('10.0.0.1'), [':AA==:', ':AA==:', ':AA==:']);
    assert.deepEqual(from('10.0.1.1'), [undefined, undefined, undefined]);
  });

  test('the list of proxies may change', () => {
    let list: readonly string[] = [];
    const check = proxyTest(() => list);
    assert.equal(check('10.0.0.1'), false);
    list = ['10.0.0.0/8'];
    assert.equal(check('10.0.0.1'), true);
  });
});
