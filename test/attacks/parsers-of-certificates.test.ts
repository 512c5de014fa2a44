// Fuzz of DER: every file of the certificate corpus, spoilt at random; a refusal in little time and memory, and nothing said that nobody signed.
// Longer: FUZZ_CERTIFICATE_RUNS=20000 node bin/test.js test/attacks/parsers-of-certificates.test.ts; again: FUZZ_SEED=… as a failure names it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  childrenOf,
  der,
  derInteger,
  encodingOf,
  readCertificate,
  readCertsOnly,
  readCrl,
  readCsr,
  readOcspRequest,
  readOcspResponse,
  readRoot,
} from '../../src/base/x509/index.ts';
import { readPresented } from '../../src/core/trust/judge.ts';
import { holderNames } from '../../src/core/trust/names.ts';
import { casesOf, type NamedCase } from '../pki-corpus/files.ts';
import { isThrough, judges } from '../pki-corpus/judge.ts';
import { type Kind, kinds } from '../pki-corpus/kinds.ts';
import { spoiltDer } from '../pki-corpus/spoil.ts';
import { calm } from './calm.ts';

const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 0x7fffffff);
const numRuns = Number(process.env.FUZZ_CERTIFICATE_RUNS ?? 1500);
// Not made smaller on failure: that takes minutes, and the seed finds it again.
const run = { numRuns, seed, endOnFailure: true };

/** The signed part of a file, as a text; undefined where the octets are no such structure. */
function signedPart(kind: Kind, bytes: Buffer): string | undefined {
  if (kind === 'ocsp') {
    const reading = readOcspResponse(bytes);
    return reading.ok ? reading.response.signed.toString('base64') : undefined;
  }
  try {
    return encodingOf(childrenOf(readRoot(bytes, 0x30))[0] as never).toString('base64');
  } catch {
    return undefined;
  }
}

/** Whatever the octets are taken for, an answer comes. */
function readAsEverything(bytes: Buffer): void {
  for (const reading of [readCertificate(bytes), readCsr(bytes), readCrl(bytes), readOcspResponse(bytes)]) {
    if (reading.ok) continue;
    assert.match(reading.reason, /./);
    assert.ok(reading.reason.length < 200, 'no refusal repeats what it was given');
  }
  readOcspRequest(bytes);
  readCertsOnly(bytes);
  const [shown] = readPresented([bytes]).presented;
  if (shown !== undefined) for (const name of Object.values(holderNames(shown))) assert.ok((name ?? '').length <= 128);
}

for (const kind of kinds)
  describe(`${kind}, spoilt`, () => {
    const files: readonly NamedCase[] = [...casesOf('valid', kind), ...casesOf('invalid', kind)];
    const all = files.flatMap(({ blocks }) => blocks);
    const signed = new Set(all.map((block) => signedPart(kind, block)));

    test(`is read as whatever it may be, and counts for nothing that was not signed (seed ${seed})`, async () => {
      let through = 0;
      const spoiltFile = fc
        .constantFrom(...files)
        .chain((file) => fc.tuple(fc.constant(file), spoiltDer(file.blocks[0] ?? Buffer.alloc(0), all)));
      await fc.assert(
        fc.asyncProperty(spoiltFile, async ([file, first]) => {
          await calm(() => readAsEverything(first));
          const blocks = [first, ...file.blocks.slice(1)];
          const outcome = await calm(() => judges[kind]({ ...file, blocks }, []));
          if (!isThrough(outcome)) return;
          through += 1;
          assert.ok(signed.has(signedPart(kind, first)), `${file.name}: other octets than those that were signed`);
        }),
        run,
      );
      assert.ok(through < numRuns / 2, `${through} of ${numRuns} were not spoilt at all`);
    });
  });

describe('octets made to be much work', () => {
  // From the inside out, and turned round at the end: level by level it would be the test that takes long.
  const nest = (depth: number): Buffer => {
    const levels: Buffer[] = [];
    for (let level = 0; level < depth; level++) levels.push(Buffer.from([0x30, 0x84, ...fourOctets(6 * level)]));
    return Buffer.concat(levels.toReversed());
  };
  const fourOctets = (value: number): Buffer => {
    const octets = Buffer.alloc(4);
    octets.writeUInt32BE(value);
    return octets;
  };
  const megabyte = 1 << 20;
  const bombs: Readonly<Record<string, () => Buffer>> = {
    'a hundred thousand levels': () => nest(100_000),
    'a million empty elements': () => der(0x30, Buffer.alloc(2 * megabyte, Buffer.from('3000', 'hex'))),
    'an INTEGER of 16 megabytes': () => der(0x30, derInteger(Buffer.alloc(16 * megabyte, 0x7f))),
    'an OBJECT IDENTIFIER of 16 megabytes': () => der(0x30, der(0x06, Buffer.alloc(16 * megabyte, 0xff))),
    'indefinite lengths one in the other': () => Buffer.alloc(megabyte, Buffer.from('3080', 'hex')),
    'sixteen megabytes of nothing': () => Buffer.alloc(16 * megabyte),
  };
  for (const [name, make] of Object.entries(bombs))
    test(`${name}: refused in little time and memory`, async () => {
      const bytes = make();
      const before = process.memoryUsage();
      await calm(() => readAsEverything(bytes), 1_000);
      const after = process.memoryUsage();
      const grown = after.heapUsed + after.external - before.heapUsed - before.external;
      // Each reader may hold the octets once; what is made of them is small.
      assert.ok(grown < 8 * bytes.length + 32 * megabyte, `${(grown / megabyte).toFixed(0)} MB for ${bytes.length}`);
    });

  /** A list of as many entries of the least size as `octets` hold. */
  test('a list of 32 megabytes of the smallest entries is read within seconds, in memory of its own size', async () => {
    const [usual] = casesOf('valid', 'crl').filter(({ name }) => name === 'usual');
    const whole = readRoot(usual?.blocks[0] ?? Buffer.alloc(0), 0x30);
    const [tbs, ...rest] = childrenOf(whole).map(encodingOf);
    const parts = childrenOf(readRoot(tbs as Buffer, 0x30)).map(encodingOf);
    const entry = der(0x30, derInteger(1), parts[3] as Buffer);
    const list = der(0x30, Buffer.alloc(32 * megabyte - ((32 * megabyte) % entry.length), entry));
    const bytes = der(0x30, der(0x30, ...parts.slice(0, 5), list, ...parts.slice(6)), ...rest);
    const before = process.memoryUsage();
    const reading = await calm(() => readCrl(bytes), 8_000);
    assert.ok(reading.ok && reading.crl.entries > 1_000_000);
    const { heapUsed, external } = process.memoryUsage();
    assert.ok(
      heapUsed + external - before.heapUsed - before.external < 4 * bytes.length,
      'far more than the list itself',
    );
  });
});
