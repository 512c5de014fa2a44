// C2: a name in a certificate that two readers could take for two people is no identifier, however wide the rule is.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { derUtf8, publicKeyDer, readCertificate, writeCertificate, writeName } from '../../src/base/x509/index.ts';
import type { IdentifierRule } from '../../src/core/catalogue/index.ts';
import { readIdentifier } from '../../src/core/trust/identifier.ts';

const serialNumber = '2.5.4.5';
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
/** Takes any text at all, line ends too: what it refuses is refused for its encoding alone. */
const widest: IdentifierRule = { attribute: serialNumber, pattern: 'custom', custom: '[\\s\\S]+', namespace: 'n' };

function identifierOf(value: Buffer) {
  const name = writeName([[serialNumber, value]]);
  const reading = readCertificate(
    writeCertificate(
      {
        serial: Buffer.from([1]),
        issuer: name,
        subject: name,
        notBefore: 0,
        notAfter: 1000,
        publicKey: publicKeyDer(privateKey),
        extensions: [],
      },
      privateKey,
    ),
  );
  assert.ok(reading.ok);
  return readIdentifier(widest, reading.certificate.subject, 0);
}

const der = (tag: number, content: Buffer): Buffer => Buffer.concat([Buffer.from([tag, content.length]), content]);

describe('C2: faults of encoding', () => {
  for (const [what, value, fault] of [
    ['NUL in the middle', derUtf8('SE2321000156-1\u0000x'), 'nul'],
    ['NUL at the end', derUtf8('SE2321000156-1\u0000'), 'nul'],
    ['a line end', derUtf8('SE2321000156-1\n'), 'control'],
    ['a zero width space', derUtf8('SE2321000156\u200b-1'), 'control'],
    ['text turned right to left', derUtf8('\u202eSE2321000156-1'), 'control'],
    ['BMPString', der(0x1e, Buffer.from('A1', 'utf16le').swap16()), 'bmpString'],
    ['TeletexString', der(0x14, Buffer.from('A1')), 'teletexString'],
    ['UniversalString', der(0x1c, Buffer.from([0, 0, 0, 65])), 'universalString'],
    ['broken UTF-8', der(0x0c, Buffer.from([0x41, 0xff])), 'charset'],
    ['a PrintableString with what it may not hold', der(0x13, Buffer.from('A@1')), 'charset'],
  ] as const) {
    test(`${what}`, () => {
      const reading = identifierOf(value);
      assert.ok(!reading.ok && reading.because.includes(fault), JSON.stringify(reading));
    });
  }

  test('the same rule takes a value without a fault', () => {
    assert.deepEqual(identifierOf(derUtf8('SE2321000156-1')), { ok: true, namespace: 'n', value: 'SE2321000156-1' });
  });
});
