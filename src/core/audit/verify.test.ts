// Whatever one thing is done to a log, verification names it; an untouched log, and lawful retention, pass.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { signCheckpoint } from './checkpoint.ts';
import { auditRow } from './event-text.ts';
import { describeFinding, type Finding } from './findings.ts';
import { eventDigest, Frontier, leafHash } from './merkle.ts';
import type { AuditRecord } from './record.ts';
import { packLeaves, removalRecord, unpackLeaves } from './retention.ts';
import { noteSigner } from './signed-note.ts';
import { type LogEntry, verifyLog } from './verify.ts';

const signer = noteSigner('hub.example/audit', Buffer.alloc(32, 5));
const start = 1_763_816_340_000;

interface Log {
  entries: LogEntry[];
  database: { note: string }[];
  file: { note: string; line: number }[];
}

function entryOf(index: number, record: AuditRecord): LogEntry {
  const { text, class: _class, at, ...columns } = auditRow(record);
  const salt = randomBytes(16);
  return {
    index,
    text,
    salt,
    digest: eventDigest(salt, text),
    columns: { ...columns, at: new Date(at).toISOString() },
  };
}

/** A log of `size` events with a checkpoint after every `stride` of them and at the end. */
function makeLog(size: number, stride: number, special: ReadonlyMap<number, AuditRecord> = new Map()): Log {
  const entries: LogEntry[] = [];
  const notes: string[] = [];
  const tree = new Frontier();
  for (let n = 0; n < size; n++) {
    const plain: AuditRecord = {
      kind: 'ticket.issued',
      at: start + n,
      outcome: 'ok',
      person: `p${n % 7}`,
      body: { n },
    };
    const entry = entryOf(n, special.get(n) ?? plain);
    entries.push(entry);
    tree.push(leafHash(entry.digest!));
    if (tree.size % stride === 0 || tree.size === size) {
      const checkpoint = { origin: 'hub.example/audit', size: tree.size, root: tree.root(), at: start + n };
      notes.push(signCheckpoint(checkpoint, signer));
    }
  }
  const file = notes.map((note, at) => ({ note, line: at * 7 + 1 }));
  return { entries, database: notes.map((note) => ({ note })), file };
}

const verify = (log: Log, options: { fileComplete?: boolean; upTo?: number } = {}) =>
  verifyLog({
    entries: log.entries,
    checkpoints: [
      { name: 'the database', notes: log.database, complete: true },
      { name: 'the file', notes: log.file, complete: options.fileComplete ?? true, upTo: options.upTo },
    ],
    verifiers: [signer.verifier],
  });

const sized = fc.record({
  size: fc.integer({ min: 2, max: 120 }),
  stride: fc.integer({ min: 1, max: 40 }),
  pick: fc.nat(),
});

/** Builds a log, does one thing to it, and wants the finding that names it. */
async function names(
  change: (log: Log, index: number, size: number) => Partial<Finding> | undefined,
  numRuns = 80,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(sized, async ({ size, stride, pick }) => {
      const log = makeLog(size, stride);
      const expected = change(log, pick % size, size);
      if (expected === undefined) return;
      const { ok, findings } = await verify(log);
      assert.equal(ok, false);
      const told = findings.some((finding) =>
        Object.entries(expected).every(([key, value]) => finding[key as never] === value),
      );
      assert.ok(told, `${JSON.stringify(expected)} not in ${JSON.stringify(findings)}`);
      for (const finding of findings) assert.ok(describeFinding(finding).length > 10);
    }),
    { numRuns },
  );
}

describe('verification of a log', () => {
  test('passes an untouched one, with flat counts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 60 }), async (size, stride) => {
        const result = await verify(makeLog(size, stride));
        assert.deepEqual(result.findings, []);
        assert.equal(result.intact, size);
        assert.equal(result.lastGood, size);
      }),
      { numRuns: 60 },
    );
  });

  test('passes an empty one, and says when there is no checkpoint', async () => {
    assert.equal((await verify({ entries: [], database: [], file: [] })).ok, true);
    const log = makeLog(5, 2);
    const { findings } = await verify({ ...log, database: [], file: [] });
    assert.deepEqual(findings, [{ kind: 'noCheckpoint' }]);
  });

  test('names a changed text', () =>
    names((log, index) => {
      const entry = log.entries[index]!;
      log.entries[index] = { ...entry, text: entry.text!.replace('"ok"', '"no"') };
      return { kind: 'changed', index };
    }));

  test('names a changed salt, and a text or salt that is gone alone', async () => {
    await names((log, index) => {
      log.entries[index] = { ...log.entries[index]!, salt: Buffer.alloc(16) };
      return { kind: 'changed', index };
    });
    await names((log, index) => {
      log.entries[index] = { ...log.entries[index]!, [index % 2 ? 'salt' : 'text']: null };
      return { kind: 'changed', index };
    });
  });

  test('names changed search columns', () =>
    names((log, index) => {
      const entry = log.entries[index]!;
      log.entries[index] = { ...entry, columns: { ...entry.columns!, person: 'somebody else' } };
      return { kind: 'columnsChanged', index };
    }));

  test('names an event that was removed, leaving its leaf', () =>
    names((log, index) => {
      const { digest } = log.entries[index]!;
      log.entries[index] = { index, digest };
      return { kind: 'removed', from: index, to: index, leafToo: false };
    }));

  test('names an event that was removed with its leaf', () =>
    names((log, index, size) => {
      log.entries.splice(index, 1);
      return index === size - 1
        ? { kind: 'truncated', from: index, to: index }
        : { kind: 'removed', from: index, to: index, leafToo: true };
    }));

  test('names an event whose leaf was removed', () =>
    names((log, index) => {
      log.entries[index] = { ...log.entries[index]!, digest: undefined };
      return { kind: 'leafMissing', index };
    }));

  test('names both ends of a swap', () =>
    names((log, index, size) => {
      const other = (index + 1) % size;
      const [one, two] = [log.entries[index]!, log.entries[other]!];
      log.entries[index] = { ...two, index, digest: one.digest };
      log.entries[other] = { ...one, index: other, digest: two.digest };
      return { kind: 'reordered', index, foundAt: other };
    }));

  test('names the range of a swap that took the leaves along', () =>
    names((log, index, size) => {
      if (index === size - 1) return undefined;
      const [one, two] = [log.entries[index]!, log.entries[index + 1]!];
      log.entries[index] = { ...two, index };
      log.entries[index + 1] = { ...one, index: index + 1 };
      return { kind: 'rewritten' };
    }));

  test('names the range between the last good and the first bad checkpoint of a rewritten tree', () =>
    fc.assert(
      fc.asyncProperty(sized, async ({ size, stride, pick }) => {
        const index = pick % size;
        const log = makeLog(size, stride);
        const other = entryOf(index, {
          kind: 'ticket.issued',
          at: start,
          outcome: 'refused',
          body: { rewritten: true },
        });
        log.entries[index] = other;
        const { findings } = await verify(log);
        const found = findings.find((finding) => finding.kind === 'rewritten');
        assert.ok(found?.kind === 'rewritten');
        assert.ok(found.from <= index && index <= found.to && found.to - found.from < stride);
        assert.equal(found.lastGood, Math.floor(index / stride) * stride);
      }),
      { numRuns: 80 },
    ));

  test('names a truncated end, also when the database forgot its checkpoints', () =>
    names((log, index, size) => {
      log.entries.splice(index);
      log.database = [];
      return { kind: 'truncated', from: index, to: size - 1 };
    }));

  test('names a rewritten log whose database checkpoints were signed again by another key', () =>
    names((log, index, size) => {
      const forger = noteSigner('hub.example/audit', Buffer.alloc(32, 6));
      const forged = makeLog(size, 10);
      log.entries = forged.entries;
      log.database = [
        {
          note: signCheckpoint({ origin: 'hub.example/audit', size, root: Buffer.alloc(32, index), at: start }, forger),
        },
      ];
      return { kind: 'unknownKey' };
    }));

  test('names a forged checkpoint and one that is none', async () => {
    const log = makeLog(30, 10);
    const forged = log.file[1]!.note.replace('\n20\n', '\n19\n');
    log.file[1] = { ...log.file[1]!, note: forged };
    log.file.push({ note: 'nonsense\n', line: 99 });
    const { findings } = await verify(log);
    assert.ok(
      findings.some((f) => f.kind === 'forgedCheckpoint' && f.checkpoint.line === 8 && f.checkpoint.size === 19),
    );
    assert.ok(findings.some((f) => f.kind === 'malformedCheckpoint' && f.checkpoint.line === 99));
  });

  test('names a checkpoint that one place lacks, unless it is too new to have arrived', async () => {
    const log = makeLog(30, 10);
    const lost = { ...log, database: log.database.filter((_, at) => at !== 1) };
    assert.deepEqual((await verify(lost)).findings, [
      { kind: 'checkpointMissing', size: 20, missingIn: 'the database', seenIn: 'the file' },
    ]);
    const late = { ...log, file: log.file.slice(0, 2) };
    assert.equal((await verify(late, { upTo: start + 28 })).ok, true);
    assert.equal((await verify(late, { upTo: start + 29 })).findings[0]?.kind, 'checkpointMissing');
    assert.equal((await verify(late, { fileComplete: false })).ok, true);
  });

  test('names a log that went back and went on', async () => {
    const old = makeLog(30, 10);
    const log = makeLog(40, 20);
    const { findings } = await verify({
      ...log,
      file: [...old.file, ...log.file.map((f) => ({ ...f, line: f.line + 21 }))],
    });
    assert.ok(findings.some((f) => f.kind === 'shrunk' && f.from === 30 && f.to === 20 && f.checkpoint.line === 22));
    assert.ok(findings.some((f) => f.kind === 'rewritten' && f.lastGood === 0));
  });

  test('names events that no checkpoint covers', () =>
    names((log, index, size) => {
      const kept = (each: { note: string }) => Number(each.note.split('\n')[1]) <= index;
      if (!log.database.some(kept)) return undefined;
      log.database = log.database.filter(kept);
      log.file = log.file.filter(kept);
      return { kind: 'unsigned', to: size - 1 };
    }));

  test('names an entry that comes twice', async () => {
    const log = makeLog(10, 10);
    log.entries.splice(5, 0, log.entries[4]!);
    assert.deepEqual((await verify(log)).findings, [{ kind: 'outOfOrder', index: 4, after: 4 }]);
  });
});

describe('retention', () => {
  const remove = (log: Log, index: number) => {
    log.entries[index] = { index, digest: log.entries[index]!.digest };
  };

  test('leaf numbers are packed and unpacked', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(500), { minLength: 1 }), (given) => {
        const leaves = given.toSorted((a, b) => a - b);
        const runs = unpackLeaves(JSON.parse(JSON.stringify(packLeaves(leaves))));
        assert.deepEqual(
          runs?.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, n) => from + n)),
          leaves,
        );
      }),
    );
    assert.equal(unpackLeaves({ first: -1, lengths: [1] }), undefined);
    assert.equal(unpackLeaves({ first: 0, lengths: ['1'] }), undefined);
  });

  test('a removal that a record names is lawful; one more or one later is named', async () => {
    const leaves = [3, 4, 9, 10, 11];
    const at = 30;
    const record = removalRecord({ class: 'ticket', before: start, days: 30, leaves }, start + at);
    const log = makeLog(50, 7, new Map([[at, record]]));
    for (const leaf of leaves) remove(log, leaf);
    const lawful = await verify(log);
    assert.deepEqual(lawful.findings, []);
    assert.equal(lawful.removedByRetention, 5);
    assert.equal(lawful.intact, 45);
    remove(log, 5);
    assert.deepEqual((await verify(log)).findings, [{ kind: 'removed', from: 5, to: 5, leafToo: false }]);
  });

  test('an event of another kind removes nothing, whatever it says', async () => {
    const says = { leaves: packLeaves([5]), quoted: 'admin.retained' };
    const log = makeLog(50, 7, new Map([[30, { kind: 'admin.audited', at: start + 30, outcome: 'ok', body: says }]]));
    assert.deepEqual((await verify(log)).findings, []);
    remove(log, 5);
    for (const entries of [log.entries, log.entries.map(({ columns: _columns, ...entry }) => entry)]) {
      const { findings } = await verify({ ...log, entries });
      assert.deepEqual(findings, [{ kind: 'removed', from: 5, to: 5, leafToo: false }]);
    }
  });

  test('a record says nothing of what came after it, and nothing once it is changed', async () => {
    const record = removalRecord({ class: 'ticket', before: start, days: 30, leaves: [5, 40] }, start + 30);
    const log = makeLog(50, 7, new Map([[30, record]]));
    remove(log, 5);
    remove(log, 40);
    assert.deepEqual((await verify(log)).findings, [{ kind: 'removed', from: 40, to: 40, leafToo: false }]);
    const entry = log.entries[30]!;
    log.entries[30] = { ...entry, text: entry.text!.replace('"days":30', '"days":31') };
    const { findings } = await verify(log);
    assert.ok(findings.some((f) => f.kind === 'changed' && f.index === 30));
    assert.ok(findings.some((f) => f.kind === 'removed' && f.from === 5));
  });
});

describe('size', () => {
  test('100,000 events verify in seconds with flat memory', async () => {
    const size = 100_000;
    const tree = new Frontier();
    const salt = Buffer.alloc(16, 1);
    const textOf = (n: number) => auditRow({ kind: 'ticket.issued', at: start + n, outcome: 'ok', body: { n } }).text;
    for (let n = 0; n < size; n++) tree.push(leafHash(eventDigest(salt, textOf(n))));
    const note = signCheckpoint({ origin: 'hub.example/audit', size, root: tree.root(), at: start }, signer);
    const peak = { before: 0, most: 0 };
    function* entries(): Generator<LogEntry> {
      for (let n = 0; n < size; n++) {
        const text = textOf(n);
        if (n % 10_000 === 0) {
          globalThis.gc?.();
          const { heapUsed } = process.memoryUsage();
          if (n === 10_000) peak.before = heapUsed;
          peak.most = Math.max(peak.most, heapUsed);
        }
        yield { index: n, digest: eventDigest(salt, text), text, salt };
      }
    }
    const begun = process.cpuUsage();
    const result = await verifyLog({
      entries: entries(),
      checkpoints: [{ name: 'outside', notes: [{ note }], complete: false }],
      verifiers: [signer.verifier],
    });
    const seconds = process.cpuUsage(begun).user / 1e6;
    assert.deepEqual(result.findings, []);
    assert.equal(result.intact, size);
    assert.ok(seconds < 20, `${seconds} s`);
    // All texts together are over 10 MB; without --expose-gc garbage counts too, hence the margin.
    assert.ok(peak.most - peak.before < 60_000_000, `grew by ${peak.most - peak.before} bytes`);
  });
});
