// RFC 9440 headers: one byte sequence, strictly; anything else is refused rather than guessed at.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  clientCertValue,
  mostStapledBytes,
  readClientCertHeaders,
  readStapledHeader,
  withoutClientCertHeaders,
} from './client-cert.ts';

const leaf = Buffer.from('leaf certificate');
const issuer = Buffer.from('issuer certificate');

test('a certificate and its chain are read in order', () => {
  const headers = {
    'client-cert': clientCertValue(leaf),
    'client-cert-chain': `${clientCertValue(issuer)}, ${clientCertValue(leaf)}`,
  };
  assert.deepEqual(readClientCertHeaders(headers), { kind: 'present', chain: [leaf, issuer, leaf] });
});
test('a chain over several header lines is one list', () => {
  const headers = {
    'client-cert': clientCertValue(leaf),
    'client-cert-chain': [clientCertValue(issuer), clientCertValue(leaf)],
  };
  assert.deepEqual(readClientCertHeaders(headers), { kind: 'present', chain: [leaf, issuer, leaf] });
});
test('no header is no certificate', () => assert.deepEqual(readClientCertHeaders({ host: 'x' }), { kind: 'absent' }));

describe('malformed', () => {
  const of = (value: string | readonly string[], chain?: string) =>
    readClientCertHeaders(
      chain === undefined ? { 'client-cert': value } : { 'client-cert': value, 'client-cert-chain': chain },
    ).kind;
  const good = clientCertValue(leaf);
  const cases: Record<string, string> = {
    'twice, as an appending proxy leaves a forged one': of([good, good]),
    'joined by a comma': of(`${good}, ${good}`),
    'without colons': of(leaf.toString('base64')),
    empty: of('::'),
    'base64url alphabet': of(':-_-_:'),
    'without padding': of(':YQ:'),
    'with parameters': of(`${good};a=1`),
    'PEM with percent signs': of('-----BEGIN%20CERTIFICATE-----'),
    'broken chain': of(good, 'x'),
    'empty item in the chain': of(good, `${good},`),
    'over-long chain': of(good, Array.from({ length: 9 }, () => good).join(',')),
    'chain alone': readClientCertHeaders({ 'client-cert-chain': good }).kind,
  };
  for (const [name, kind] of Object.entries(cases)) test(name, () => assert.equal(kind, 'malformed'));
});

describe('a stapled OCSP answer', () => {
  const of = (value: string | readonly string[] | undefined) => readStapledHeader({ 'client-cert-ocsp': value });
  const largest = Buffer.alloc(mostStapledBytes, 7);
  const larger = Buffer.alloc(mostStapledBytes + 1, 7);
  const malformed = { fault: 'stapledMalformed' };
  const cases: Readonly<Record<string, readonly [value: string | readonly string[] | undefined, read: unknown]>> = {
    'as a byte sequence': [clientCertValue(leaf), { der: leaf }],
    'as base64 alone': [leaf.toString('base64'), { der: leaf }],
    'with spaces around it': [` ${clientCertValue(leaf)} `, { der: leaf }],
    'as large as can be': [clientCertValue(largest), { der: largest }],
    'too large': [clientCertValue(larger), { fault: 'stapledTooLarge' }],
    absent: [undefined, undefined],
    empty: ['', undefined],
    'an empty byte sequence': ['::', undefined],
    'with one colon': [`:${leaf.toString('base64')}`, malformed],
    'in another alphabet': [':-_-_:', malformed],
    'without padding': ['YQ', malformed],
    twice: [[clientCertValue(leaf), clientCertValue(leaf)], malformed],
    'joined by a comma': [`${clientCertValue(leaf)}, ${clientCertValue(leaf)}`, malformed],
  };
  for (const [name, [value, read]] of Object.entries(cases)) test(name, () => assert.deepEqual(of(value), read));
});

test('the headers are taken away, and nothing else', () => {
  const headers = { 'client-cert': 'x', 'client-cert-chain': 'y', 'client-cert-ocsp': 'o', host: 'z' };
  assert.deepEqual(withoutClientCertHeaders(headers), { host: 'z' });
});

test('no text makes the reader throw or hang', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 200 }), (one, other) => {
      readClientCertHeaders({ 'client-cert': one, 'client-cert-chain': other });
      readClientCertHeaders({ 'client-cert': `:${one}:`, 'client-cert-chain': `${'::,'.repeat(50)}${other}` });
    }),
    { numRuns: 2_000 },
  );
  const begun = process.cpuUsage();
  readClientCertHeaders({ 'client-cert': `:${'A'.repeat(1_000_001)}`, 'client-cert-chain': ':'.repeat(500_000) });
  assert.ok(process.cpuUsage(begun).user / 1000 < 1_000);
});
