// Fuzz of files that an operator or an outsider hands in: applied YAML, backups, audit exports, proofs, checkpoints, keys.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readPiece } from '../../src/apps/cli/apply/index.ts';
import { splitYaml } from '../../src/apps/cli/apply/split-yaml.ts';
import { Problem } from '../../src/base/problem.ts';
import { Secret } from '../../src/base/secret.ts';
import { comparableText, pemBlocks } from '../../src/base/x509/index.ts';
import {
  checkProof,
  noteSigner,
  openCheckpoint,
  parseSigner,
  parseVerifier,
  signCheckpoint,
  verifyExport,
} from '../../src/core/audit/index.ts';
import { createHashing } from '../../src/edge/connectors/password/index.ts';
import { FrameWriter, readFrames, readHeader } from '../../src/edge/store/backup/file-format.ts';
import { calm } from './calm.ts';

const anyText = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.json({ maxDepth: 4 }),
);

describe('applied YAML', () => {
  const line = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom(
      'applications:',
      '  - id: x',
      '- a',
      '---',
      '...',
      '%YAML 1.2',
      '&a [*a]',
      '? x',
      '!!js/function x',
      '  b: |',
      '    text',
      '\t',
      '<<: *a',
      '*a',
      'a: &a {b: *a}',
    ),
  );
  async function read(text: string): Promise<void> {
    for await (const piece of splitYaml(text.split('\n'))) {
      const found = readPiece('f.yaml', piece);
      if (found.ok) for (const entry of found.entries) entry.problem(['x', 0], 'no');
      else assert.ok(found.problems.length > 0);
    }
  }
  test('any lines: entries or problems, never an exception', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), (lines) => calm(() => read(lines.join('\n')))),
      { numRuns: 1000 },
    );
  });
  test('aliases do not make a small file large, nesting does not end the process', async () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (let n = 0; n < 12; n++)
      bomb.push(
        `${'bcdefghijklmno'[n]}: &${'bcdefghijklmno'[n]} [${Array(9).fill(`*${'abcdefghijklmn'[n]}`).join(',')}]`,
      );
    await calm(() => read(`settings:\n${bomb.map((each) => `  ${each}`).join('\n')}`), 1000);
    await calm(() => read('settings: &a {b: *a}\npeople:\n  - &b [*b]\n'), 1000);
    await calm(() => read(`settings: ${'['.repeat(500)}`), 1000);
    await calm(() => read(`settings: ${'{a: '.repeat(500)}`), 1000);
  });
});

describe('backups', () => {
  async function read(chunks: readonly Buffer[]): Promise<string> {
    try {
      let first = true;
      for await (const frame of readFrames(
        (async function* () {
          yield* chunks;
        })(),
      )) {
        if (first) readHeader(frame);
        first = false;
      }
      return 'whole';
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      return thrown.code;
    }
  }
  const writer = new FrameWriter();
  const good = Buffer.concat([
    writer.json('H', { format: 'tillit-backup', version: 1, tables: [], partitions: [] }),
    writer.json('T', { name: 'x' }),
    writer.frame('D', Buffer.from('1\tx\n')),
    writer.json('E', { rows: 1, sha256: '' }),
    writer.json('Z', { tables: 1, rows: 1, sequences: [] }),
    writer.end(),
  ]);
  test('a whole one is read in any chunks; with any byte changed it is named damaged or none of ours', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.integer({ min: 1, max: 60 }),
        async (at, flip, width) => {
          const cut = (bytes: Buffer) =>
            Array.from({ length: Math.ceil(bytes.length / width) }, (_, n) =>
              bytes.subarray(n * width, (n + 1) * width),
            );
          assert.equal(await read(cut(good)), 'whole');
          const bad = Buffer.from(good);
          bad[at] = (bad[at] ?? 0) ^ flip;
          assert.match(await calm(() => read(cut(bad))), /^backup\./);
          assert.match(await read(cut(good.subarray(0, at))), /^backup\./);
        },
      ),
      { numRuns: 500 },
    );
  });
  test('any bytes and any header', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.jsonValue(), async (bytes, header) => {
        assert.match(await calm(() => read([Buffer.from(bytes)])), /^backup\./);
        const other = new FrameWriter();
        const file = Buffer.concat([other.json('H', header as object), other.end()]);
        assert.match(await calm(() => read([file])), /^backup\./);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the audit log’s papers', () => {
  const signer = noteSigner('hub.example/audit', Buffer.alloc(32, 7));
  const verifiers = [signer.verifier];
  const note = signCheckpoint({ origin: 'hub.example/audit', size: 1, root: randomBytes(32), at: 0 }, signer);
  test('checkpoints and notes', async () => {
    const text = fc.oneof(
      anyText,
      anyText.map((more) => `${note}${more}`),
      anyText.map((more) => `${more}\n\n${note.split('\n\n')[1]}`),
    );
    await fc.assert(
      fc.asyncProperty(text, async (given) => {
        if (given === note) return;
        assert.notEqual((await calm(() => openCheckpoint(given, verifiers))).kind, 'good');
      }),
      { numRuns: 1000 },
    );
  });
  test('proofs', async () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.constantFrom(note, [], ['AA=='], Array(64).fill('A'.repeat(44)), -1, 1e300),
    );
    const proof = fc.oneof(
      fc.jsonValue(),
      fc.record({
        type: fc.constant('tillit-audit-proof'),
        v: fc.constant(1),
        index: value,
        text: value,
        salt: value,
        path: value,
        checkpoint: fc.oneof(value, fc.constant(note)),
      }),
    );
    await fc.assert(
      fc.asyncProperty(proof, async (given) =>
        assert.equal((await calm(() => checkProof(given, verifiers))).kind, 'bad'),
      ),
      { numRuns: 1000 },
    );
  });
  test('exports', async () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.maxSafeInteger(),
      fc.constantFrom(0, 1, -1, 2 ** 53, note, 'A'.repeat(44)),
    );
    const line = fc.oneof(
      anyText,
      fc
        .record({
          type: fc.constantFrom('event', 'checkpoint', 'retention', 'tillit-audit-export'),
          index: value,
          digest: value,
          text: value,
          salt: value,
          note: value,
          proof: value,
        })
        .map((each) => JSON.stringify(each)),
    );
    const head = fc.oneof(
      anyText,
      fc
        .record({
          type: fc.constant('tillit-audit-export'),
          v: fc.constant(1),
          from: value,
          frontier: fc.oneof(fc.array(value), value),
          whole: fc.boolean(),
        })
        .map((each) => JSON.stringify(each)),
      fc.constant(JSON.stringify({ type: 'tillit-audit-export', v: 1, from: 0, frontier: [], whole: true })),
    );
    await fc.assert(
      fc.asyncProperty(head, fc.array(line, { maxLength: 6 }), fc.boolean(), async (first, rest, part) => {
        const lines = () => [first, ...rest];
        const result = await calm(() => verifyExport({ lines, verifiers, outside: [], part }));
        if (rest.some((each) => each.includes('"type":"event"'))) assert.equal(result.ok, false);
      }),
      { numRuns: 1000 },
    );
  });
  test('keys', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        assert.equal(await calm(() => parseVerifier(text)), undefined);
        assert.equal(await calm(() => parseSigner(`PRIVATE+KEY+${text}`)), undefined);
      }),
      { numRuns: 1000 },
    );
  });
});

test('names and PEM in settings', async () => {
  const text = fc.oneof(
    anyText,
    fc
      .array(fc.constantFrom('CN', '=', ',', '\\', '+', '2.5.4.3', 'a', '"', ' '), { maxLength: 30 })
      .map((all) => all.join('')),
  );
  await fc.assert(
    fc.asyncProperty(text, async (given) => {
      await calm(() => comparableText(given));
      await calm(() => pemBlocks(`-----BEGIN CERTIFICATE-----${given}-----END CERTIFICATE-----`));
    }),
    { numRuns: 1000 },
  );
  for (const long of ['\\,'.repeat(20_000), 'CN=a,'.repeat(20_000), '\\'.repeat(40_000)])
    await calm(() => comparableText(long), 1000);
  for (const long of ['-----BEGIN CERTIFICATE-----'.repeat(3_000), `-----BEGIN CERTIFICATE-----${'A'.repeat(200_000)}`])
    await calm(() => pemBlocks(long), 1000);
});

test('stored password hashes: what is no PHC string verifies nothing', async () => {
  const hashing = createHashing({ parameters: { memory: 64, passes: 1, lanes: 1 } });
  const good = await hashing.hash(new Secret('x'));
  const stored = fc.oneof(
    anyText,
    fc.nat(good.length).map((at) => good.slice(0, at)),
    fc.constantFrom('$argon2id$', '$argon2id$v=19$m=4294967295,t=4294967295,p=1$AAAA$AAAA', '$2b$12$x'),
  );
  await fc.assert(
    fc.asyncProperty(stored, async (hash) => {
      if (hash === good) return;
      assert.equal(await hashing.verify(hash, new Secret('x')), false);
      assert.equal(typeof hashing.isWeaker(hash), 'boolean');
    }),
    { numRuns: 200 },
  );
});
