// CMP answers: each check turns its own case, both protections hold, and no bytes make the readers throw.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { certificate, newKey } from '../../../../test/fakes/certificates.ts';
import { cmpReference, cmpSecret, cmpServer } from '../../../../test/fakes/cmp-issuer.ts';
import { certificationRequest, issuingCa } from '../../../../test/fakes/issuing-ca.ts';
import { Secret } from '../../../base/secret.ts';
import {
  derInteger,
  derOctets,
  derOid,
  derSequence,
  publicKeyDer,
  readCertificate,
  writeCertificate,
  writeExtension,
  writeName,
} from '../../../base/x509/index.ts';
import { cmpChecks, cmpIssuer } from './cmp-issuer.ts';
import { readMessage, writeMessage } from './message.ts';
import { type Protection, passwordProtection, signatureProtection } from './protection.ts';

const wish = {
  order: 'c1/3/0',
  profile: 'login',
  request: certificationRequest(newKey()),
  holder: {},
  notAfter: 0,
  person: 'nina',
  reference: 'c1',
};
const own = () => passwordProtection(cmpReference, new Secret(cmpSecret));

function bench(protection: Protection = own(), answering?: Protection, ca = issuingCa()) {
  const server = cmpServer(ca, answering);
  let counter = 0;
  const sent: Buffer[] = [];
  const make = (checks = cmpChecks) =>
    cmpIssuer(
      { address: 'https://ca.example/cmp', signer: ca.der, holds: true },
      {
        async ask(_url, message) {
          sent.push(message);
          const {
            status,
            headers,
            body = '',
          } = server.answer({ method: 'POST', path: '', headers: {}, body: message });
          return { status, contentType: headers?.['content-type'] ?? '', body: Buffer.from(body) };
        },
        protection,
        random: (length) => Buffer.alloc(length, ++counter),
      },
      checks,
    );
  return { ca, server, make, sent };
}

describe('the checks', () => {
  const stranger = passwordProtection(cmpReference, new Secret('another secret'));
  const cases: Readonly<Record<string, (server: ReturnType<typeof cmpServer>) => void>> = {
    'cmp.protection': (server) => {
      server.protection = stranger;
    },
    'cmp.transaction': (server) => {
      server.twist = (answer) => ({ ...answer, transactionId: Buffer.alloc(16, 9) });
    },
    'cmp.nonce': (server) => {
      server.twist = (answer) => ({ ...answer, recipNonce: Buffer.alloc(16, 9) });
    },
    'cmp.freshNonce': (server) => {
      server.twist = (answer) => ({ ...answer, senderNonce: Buffer.alloc(4) });
    },
  };
  for (const { name } of cmpChecks)
    test(name, async () => {
      const { server, make } = bench();
      (cases[name] ?? assert.fail('no case'))(server);
      await assert.rejects(make().submit(wish, undefined), /not believed/);
      const without = cmpChecks.filter((check) => check.name !== name);
      assert.equal((await make(without).submit(wish, undefined)).kind, 'issued');
    });
  test('an answer without its nonce, or one that echoes ours, is of no use', async () => {
    for (const change of [{ recipNonce: undefined }, { senderNonce: Buffer.alloc(16, 2) }]) {
      const { server, make } = bench();
      server.twist = (answer) => ({ ...answer, ...change });
      await assert.rejects(make().submit(wish, undefined), /not believed/);
    }
  });
});

describe('a MAC of the shared secret (RFC 4210 5.1.3.1)', () => {
  const parameters = (iterations: number, hash = '2.16.840.1.101.3.4.2.1', mac = '1.2.840.113549.2.9') =>
    derSequence(
      derOid('1.2.840.113533.7.66.13'),
      derSequence(
        derOctets(Buffer.alloc(16)),
        derSequence(derOid(hash)),
        derInteger(iterations),
        derSequence(derOid(mac)),
      ),
    );
  for (const [what, algorithm] of [
    ['that would keep us counting', parameters(2_000_000)],
    ['of no iterations', parameters(0)],
    ['by a hash that is broken', parameters(1000, '1.2.840.113549.2.5')],
    ['by a MAC that nobody knows', parameters(1000, undefined, '1.2.3.4')],
    ['of another kind', derSequence(derOid('1.2.840.113549.1.1.11'))],
  ] as const)
    test(`${what} is not believed`, async () => {
      const { server, make } = bench();
      server.protection = { ...own(), algorithm };
      const started = Date.now();
      await assert.rejects(make().submit(wish, undefined), /not protected by the shared secret/);
      assert.ok(Date.now() - started < 1000);
    });
});

describe('a signature', () => {
  const key = newKey();
  const ours = certificate('hub', key, undefined);
  const party = (made: { der: Buffer }, with_ = key) => {
    const reading = readCertificate(made.der);
    assert.ok(reading.ok);
    return { certificate: reading.certificate, key: with_ };
  };
  /** A server that signs with this and believes us. */
  const signing = (who: ReturnType<typeof party>, ca: ReturnType<typeof issuingCa>): Protection => ({
    ...signatureProtection(who, party(ca, ca.key).certificate, Date.now),
    fault: () => undefined,
  });
  const registration = (
    ca: ReturnType<typeof issuingCa>,
    usages: readonly string[],
    notAfter = Date.now() + 60_000,
  ) => {
    const raKey = newKey();
    const der = writeCertificate(
      {
        serial: Buffer.from([7]),
        issuer: ca.name,
        subject: writeName([['2.5.4.3', 'RA']]),
        notBefore: Date.now() - 60_000,
        notAfter,
        publicKey: publicKeyDer(raKey),
        extensions: [writeExtension.extendedKeyUsage(usages)],
      },
      ca.key,
    );
    return party({ der }, raKey);
  };
  const attempt = (answering: (ca: ReturnType<typeof issuingCa>) => Protection) => {
    const ca = issuingCa();
    const protection = signatureProtection(party(ours), party(ca, ca.key).certificate, Date.now);
    return bench(protection, answering(ca), ca).make().submit(wish, undefined);
  };
  test('of the CA, or of one that it lets answer, is believed', async () => {
    assert.equal((await attempt((ca) => signing(party(ca, ca.key), ca))).kind, 'issued');
    assert.equal((await attempt((ca) => signing(registration(ca, ['1.3.6.1.5.5.7.3.28']), ca))).kind, 'issued');
  });
  test('of anybody else below it is not', async () => {
    for (const answering of [
      (ca: ReturnType<typeof issuingCa>) => signing(party(ours), ca),
      (ca: ReturnType<typeof issuingCa>) => signing(registration(ca, ['1.3.6.1.5.5.7.3.2']), ca),
      (ca: ReturnType<typeof issuingCa>) => signing(registration(ca, ['1.3.6.1.5.5.7.3.28'], Date.now() - 1000), ca),
    ])
      await assert.rejects(attempt(answering), /nobody whom the CA lets answer/);
    await assert.rejects(
      attempt(() => own()),
      /cannot be read|nobody|403/,
    );
  });
});

test('a confirmation that the other side knows nothing of, and reasons that are about us, are told apart from a no', async () => {
  const { make, ca } = bench();
  const answer = await make().submit(wish, undefined);
  assert.ok(answer.kind === 'issued' && answer.memo !== undefined);
  const reading = readCertificate(Buffer.from(answer.certificate));
  assert.ok(reading.ok);
  assert.equal(await make().confirm?.(answer.memo, reading.certificate, true), 'done');
  assert.equal(await make().confirm?.(answer.memo, reading.certificate, true), 'gone');
  assert.equal(ca.good().length, 1);
});

test('no bytes make the reader throw', () => {
  const written = writeMessage(
    {
      body: 'pkiconf',
      content: Buffer.from([5, 0]),
      transactionId: Buffer.alloc(16, 1),
      senderNonce: Buffer.alloc(16, 2),
      recipNonce: Buffer.alloc(16, 3),
      recipient: derSequence(),
    },
    own(),
  );
  const whole = readMessage(written);
  assert.ok(whole.ok);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readMessage(Buffer.from(bytes))));
  fc.assert(
    fc.property(fc.nat(written.length - 1), fc.integer({ min: 0, max: 255 }), (at, octet) => {
      const changed = Buffer.from(written);
      changed[at] = octet;
      const read = readMessage(changed);
      if (read.ok && !read.message.protectedPart.equals(whole.message.protectedPart))
        assert.notEqual(own().fault(read.message), undefined, 'its protection holds for what was sent alone');
    }),
    { numRuns: 300 },
  );
});

test('an answer that is cut short is an outage', async () => {
  for (const bytes of [1, 10, 60, 200])
    await assert.rejects(cut(bytes).submit(wish, undefined), /CMP: the answer cannot be read/);
});

function cut(bytes: number) {
  const { server, make } = bench();
  const whole = server.answer;
  server.answer = (request) => {
    const answer = whole(request);
    return { ...answer, body: Buffer.from(answer.body ?? '').subarray(0, -bytes) };
  };
  return make();
}
