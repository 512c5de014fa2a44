// Redirect and POST as we send them: what comes out at the other side, and what is never sent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateSigningKey } from '../jose/index.ts';
import { checkedRelayState, mostRelayStateBytes, postForm, readPost, readRedirect, redirectUrl } from './index.ts';
import { decodeBase64, deflate, inflate } from './message-encoding.ts';

const xml = Buffer.from('<a>å &amp; +/=</a>');
const { key } = generateSigningKey('ES256');

test('a redirect keeps the query of the place it goes to, and reads back with its signature', () => {
  const url = redirectUrl({
    location: 'https://a.example/sso?tenant=1',
    parameter: 'SAMLRequest',
    xml,
    relayState: 'x y&+',
    key,
  });
  assert.ok(url.startsWith('https://a.example/sso?tenant=1&SAMLRequest='));
  const read = readRedirect(url.slice(url.indexOf('?') + 1));
  assert.ok(read.ok);
  assert.deepEqual(read.received.xml, xml);
  assert.equal(read.received.relayState, 'x y&+');
  const { octets, algorithm, value } = read.received.detached ?? assert.fail('no signature');
  assert.equal(algorithm, 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256');
  assert.equal(value.length, 64);
  assert.equal(octets.toString(), url.slice(url.indexOf('SAMLRequest='), url.indexOf('&Signature=')));
});

test('parameters in another order are signed in the order of the standard', () => {
  const query = redirectUrl({ location: '', parameter: 'SAMLResponse', xml, relayState: 'r', key }).slice(1);
  const turned = query.split('&').toReversed().join('&');
  const [one, other] = [readRedirect(query), readRedirect(`client-request-id=1&${turned}`)];
  assert.ok(one.ok && other.ok);
  assert.deepEqual(one.received, other.received);
});

test('a form holds values as they are: the page that draws it escapes them (S18)', () => {
  const relayState = '"><script>alert(1)</script>';
  const form = postForm({ location: 'https://a.example/acs', parameter: 'SAMLResponse', xml, relayState });
  assert.deepEqual(form.fields[1], ['RelayState', relayState]);
  const read = readPost(form.fields);
  assert.ok(read.ok);
  assert.deepEqual(
    [read.received.xml, read.received.parameter, read.received.relayState],
    [xml, 'SAMLResponse', relayState],
  );
});

test('a RelayState of ours has at most 80 bytes', () => {
  assert.equal(checkedRelayState('x'.repeat(mostRelayStateBytes)).length, 80);
  assert.throws(() => checkedRelayState('å'.repeat(41)), { code: 'saml.relayState' });
});

test('base64 has one spelling', () => {
  assert.deepEqual(decodeBase64('YQ=='), Buffer.from('a'));
  assert.deepEqual(decodeBase64('YWFh\r\nYQ==\n'), Buffer.from('aaaa'));
  for (const bad of ['', 'YR==', 'YQ=', 'YQ', 'Y Q==', 'YQ==YQ==', 'YQ-_', '====', 'YQ==='])
    assert.equal(decodeBase64(bad), undefined, bad);
  assert.equal(decodeBase64(Buffer.alloc(11).toString('base64'), 10), undefined);
});

test('what is inflated is bounded, whole and all there is', () => {
  assert.deepEqual(inflate(deflate(xml)), xml);
  assert.equal(inflate(deflate(Buffer.alloc(65)), 64), undefined);
  assert.equal(inflate(deflate(xml).subarray(0, -1)), undefined);
  assert.equal(inflate(Buffer.concat([deflate(xml), Buffer.from('x')])), undefined);
  assert.equal(inflate(Buffer.from('no')), undefined);
});
