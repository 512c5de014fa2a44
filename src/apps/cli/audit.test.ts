// The trail by the command line: verify, prove, export, find and explain, and what an outsider can do without a database.
import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { temporaryFolder } from '../../../test/support/index.ts';
import { systemClock } from '../../base/clock.ts';
import type { AuditRecord } from '../../core/audit/index.ts';
import { auditFiles, openCheckpointKey, openWitnessFile } from '../../edge/keys/checkpoint/index.ts';
import { type OpenedDatabase, openDatabase } from '../../edge/store/embedded/index.ts';
import { insertAudit } from '../../edge/store/hub/audit-insert.ts';
import { applyRetention } from '../../edge/store/hub/audit-retention.ts';
import { migrate } from '../../edge/store/hub/migrate.ts';
import { type Sealer, startSealer } from '../../edge/store/log/sealer.ts';
import { commands } from './commands.ts';
import { asReference } from './explain.ts';
import { runCommandLine } from './run.ts';

const folder = temporaryFolder('cli-audit');
const dataFolder = join(folder.path, 'var');
const day = (n: number) => Date.parse('2026-03-01T12:00:00Z') + n * 86_400_000;

async function tillitAt(data: string, ...words: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const io = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
  const code = await runCommandLine(commands, words, { ...io, env: { TILLIT_DATA: data }, cwd: folder.path });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
const tillit = (...words: string[]) => tillitAt(dataFolder, ...words);
/** An outsider: no data folder of ours, only what lies in the working folder. */
const outsider = (...words: string[]) => tillitAt(join(folder.path, 'nowhere'), ...words);

/** An export's event whose text and salt somebody has taken out, saying that the exporter withheld them. */
const withheld = (line: string): string => {
  const { type, index, digest } = JSON.parse(line);
  return JSON.stringify({ type, index, digest, withheld: true });
};

/** Text and salt of two events changed for each other, the digests left in place. */
function swapped(lines: readonly string[], one: number, other: number): string[] {
  const events = lines.filter((line) => line.startsWith('{"type":"event"')).map((line) => JSON.parse(line));
  const [first, second] = [events[one], events[other]];
  return lines.map((line) => {
    if (line.includes(`"index":${one},`)) return JSON.stringify({ ...first, text: second.text, salt: second.salt });
    if (line.includes(`"index":${other},`)) return JSON.stringify({ ...second, text: first.text, salt: first.salt });
    return line;
  });
}

describe('the trail by the command line', () => {
  let database: OpenedDatabase;
  let pool: pg.Pool;
  let sealer: Sealer;
  const files = auditFiles(dataFolder);
  const alarms: unknown[] = [];

  const explanation = {
    outcome: 'stepUp',
    reason: 'policy.methodNotAllowed',
    required: 'high',
    reached: 'low',
    device: 'portable',
    deviceSource: 'network',
    catalogueRevision: 3,
    lines: [
      { rule: 'h4-portable', title: 'Portable PCs use the card', matched: true, because: 'device is portable' },
      { rule: 'h4-advanced', title: 'Holders of advanced certificates', matched: false, because: 'has none' },
    ],
  };
  const login: AuditRecord[] = [
    { kind: 'journey.started', at: day(0), outcome: 'ok', application: 'ehr', reference: 'K7QM-2F9X', body: {} },
    {
      kind: 'journey.decided',
      at: day(0) + 1,
      outcome: 'ok',
      person: 'p1',
      reference: 'K7QM-2F9X',
      body: { explanation },
    },
    {
      kind: 'journey.refused',
      at: day(0) + 2,
      outcome: 'refused',
      reason: 'card.expired',
      reference: 'K7QM-2F9X',
      body: {},
    },
  ];

  before(async () => {
    database = await openDatabase({ dataFolder, mode: 'own', purpose: 'start', log: () => undefined });
    pool = new pg.Pool({ ...database.connection, max: 4 });
    pool.on('error', () => undefined);
    await migrate(pool, { program: '0.1.0' });
    const { signer, verifiers } = openCheckpointKey(dataFolder, 'localhost:8443/audit');
    const witness = await openWitnessFile(files.checkpoints, verifiers);
    const options = {
      pool,
      signer,
      verifiers,
      witness,
      clock: systemClock,
      onAlarm: (alarm: unknown) => alarms.push(alarm),
    };
    sealer = startSealer({ ...options, everyMs: 1_000_000 });
    await insertAudit(pool, login);
    await sealer.pass();
    for (let n = 1; n <= 4; n++) {
      await insertAudit(pool, [{ kind: 'ticket.issued', at: day(n), outcome: 'ok', person: `p${n}`, body: { n } }]);
      await sealer.pass();
    }
    mkdirSync(join(folder.path, 'outside'));
    copyFileSync(files.publicKeys, join(folder.path, 'outside', 'log.pub'));
    copyFileSync(files.checkpoints, join(folder.path, 'outside', 'checkpoints'));
  });
  after(async () => {
    await sealer.stop();
    await pool.end();
    await database.close();
    folder.remove();
    assert.deepEqual(alarms, []);
  });

  test('verify says that the log is whole, and writes down that it was asked', async () => {
    const verified = await tillit('audit', 'verify');
    assert.equal(verified.code, 0, verified.out + verified.err);
    assert.match(verified.out, /7 events \(0 to 6\): 7 intact/);
    assert.match((await tillit('audit', 'find', '--kind', 'admin.audited')).out, /admin\.audited/);
  });

  test('a proof is verified by an outsider with the public key alone', async () => {
    const found = await tillit('audit', 'find', '--person', 'p2', '--json');
    const { id } = JSON.parse(found.out.split('\n')[0]!);
    const proof = await tillit('audit', 'prove', String(id));
    assert.equal(proof.code, 0, proof.err);
    writeFileSync(join(folder.path, 'proof.json'), proof.out);
    const good = await outsider('audit', 'verify', '--proof', 'proof.json', '--key', 'outside/log.pub');
    assert.equal(good.code, 0, good.err);
    assert.match(good.out, /"person": "p2"/);
    writeFileSync(join(folder.path, 'bad.json'), proof.out.replace('p2', 'p3'));
    const bad = await outsider('audit', 'verify', '--proof', 'bad.json', '--key', 'outside/log.pub');
    assert.equal(bad.code, 1);
    assert.match(bad.out, /do not lead to the root/);
    assert.equal((await tillit('audit', 'prove', '999999')).code, 1);
  });

  test('an export is verified by an outsider; a change in it is named', async () => {
    const made = await tillit('audit', 'export', 'whole.ndjson');
    assert.equal(made.code, 0, made.err);
    const words = ['audit', 'verify', '--checkpoint', 'outside/checkpoints', '--key', 'outside/log.pub', '--export'];
    const good = await outsider(...words, 'whole.ndjson');
    assert.equal(good.code, 0, good.out + good.err);
    const whole = readFileSync(join(folder.path, 'whole.ndjson'), 'utf8');
    const lines = whole.split('\n');
    const isEvent = (n: number) => (line: string) => line.includes(`"index":${n},`);
    const faults: [string, string[], RegExp][] = [
      ['changed', lines.map((line) => line.replace('"p2\\"', '"p9\\"').replace('p2', 'p9')), /event 4 was changed/],
      ['removed', lines.filter((line) => !isEvent(4)(line)), /event 4 was removed, leaf and all/],
      ['cut', lines.filter((line) => !isEvent(6)(line) && !line.includes('checkpoint')), /event 6 is gone/],
      ['swapped', swapped(lines, 3, 4), /event 3 was moved: it is found at place 4/],
      ['kept back', lines.map((line) => (isEvent(4)(line) ? withheld(line) : line)), /event 4 is withheld/],
      [
        'headless',
        lines.map((line, at) => (at === 0 ? line.replace('"from":0', '"from":1') : line)),
        /malformed at line 1/,
      ],
      // The header is signed by nobody: a cut log that calls itself a part is still a cut log.
      [
        'cut and renamed',
        lines
          .filter((line) => !isEvent(6)(line) && !isEvent(5)(line))
          .map((line) => line.replace('"whole":true', '"whole":false')),
        /events 5 to 6 are gone/,
      ],
      ['garbled', [...lines.slice(0, 3), '{"type":', ...lines.slice(3)], /malformed at line 4/],
    ];
    for (const [name, changed, said] of faults) {
      writeFileSync(join(folder.path, `${name}.ndjson`), changed.join('\n'));
      const bad = await outsider(...words, `${name}.ndjson`);
      assert.equal(bad.code, 1, name);
      assert.match(bad.out, said, name);
    }
    assert.equal((await tillit('audit', 'export', 'whole.ndjson')).code, 1);
  });

  test('a checkpoint file that holds none is a fault, and one note alone is a checkpoint', async () => {
    const lines = readFileSync(join(folder.path, 'whole.ndjson'), 'utf8').split('\n');
    const cut = lines.filter((line) => !/"index":[56],/.test(line) && !/"note":"[^"]*?\\n[67]\\n/.test(line));
    writeFileSync(join(folder.path, 'cut.ndjson'), cut.join('\n'));
    const words = ['audit', 'verify', '--key', 'outside/log.pub', '--export', 'cut.ndjson'];
    assert.equal((await outsider(...words)).code, 0, 'without a checkpoint from elsewhere it looks whole');
    writeFileSync(join(folder.path, 'none'), '');
    writeFileSync(join(folder.path, 'blank'), '\n\n\n');
    for (const empty of ['none', 'blank']) {
      const told = await outsider(...words, '--checkpoint', empty);
      assert.equal(told.code, 1, empty);
      assert.match(told.out, new RegExp(`FAULT: ${empty} holds no checkpoint`));
    }
    const other = await outsider(...words, '--checkpoint', 'cut.ndjson');
    assert.match(other.out, /FAULT: a checkpoint in cut\.ndjson line 1 is not a checkpoint of this log/);
    // As somebody keeps one that was published: without the blank line that ends it in a file of many.
    const kept = readFileSync(join(folder.path, 'outside', 'checkpoints'), 'utf8')
      .trimEnd()
      .split('\n\n')
      .slice(-2);
    for (const end of ['', '\n']) {
      writeFileSync(join(folder.path, 'one-note'), `${kept.join('\n\n')}${end}`);
      const told = await outsider(...words, '--checkpoint', 'one-note');
      assert.equal(told.code, 1);
      assert.match(told.out, /FAULT: the log was cut short: events 5 to 6 are gone, which the checkpoint of size 7/);
    }
    for (const place of [
      ['--export', '.'],
      ['--export', 'cut.ndjson', '--checkpoint', '.'],
    ]) {
      const told = await outsider('audit', 'verify', '--key', 'outside/log.pub', ...place);
      assert.deepEqual([told.code, /is no file that is there \[audit\]/.test(told.err)], [1, true], told.err);
    }
  });

  test('a part of the log is exported without the texts around it', async () => {
    const made = await tillit('audit', 'export', '--from', '2026-03-03', '--to', '2026-03-04', 'part.ndjson');
    assert.equal(made.code, 0, made.err);
    const part = readFileSync(join(folder.path, 'part.ndjson'), 'utf8');
    assert.deepEqual(
      [...part.matchAll(/p(\d)\\"/g)].map((found) => found[1]),
      ['2'],
    );
    const good = await outsider('audit', 'verify', '--part', '--export', 'part.ndjson', '--key', 'outside/log.pub');
    assert.equal(good.code, 0, good.out + good.err);
    assert.match(good.out, /1 intact/);
    assert.match(good.out, /This part of the log is whole/);
    const unasked = await outsider('audit', 'verify', '--export', 'part.ndjson', '--key', 'outside/log.pub');
    assert.equal(unasked.code, 1);
    assert.match(unasked.out, /only a part of the log/);
    writeFileSync(join(folder.path, 'part-bad.ndjson'), part.replace('p2\\"', 'p9\\"'));
    assert.equal(
      (await outsider('audit', 'verify', '--part', '--export', 'part-bad.ndjson', '--key', 'outside/log.pub')).code,
      1,
    );
  });

  test('explain tells steps, rules and reason of a reference, also misheard and in another language', async () => {
    const told = await tillit('explain', 'k7qm2f9x');
    assert.equal(told.code, 0, told.err);
    assert.match(told.out, /The login was started \(ehr\)/);
    assert.match(told.out, /✓ Portable PCs use the card \[h4-portable\] applies: device is portable/);
    assert.match(told.out, /– Holders of advanced certificates \[h4-advanced\] does not apply: has none/);
    assert.match(told.out, /Reason: Your card has expired \[card\.expired\]/);
    assert.match((await tillit('explain', 'K7QM-2F9X', '--locale', 'sv')).out, /Inloggningen började/);
    assert.equal(asReference('oi7q-lf9x'), '017Q-1F9X');
    assert.equal((await tillit('explain', 'ZZZZ-ZZZZ')).code, 1);
  });

  test('explain tells what a reason means without a database', async () => {
    const told = await outsider('explain', 'card.expired', '--locale', 'nb');
    assert.equal(told.code, 0, told.err);
    assert.match(told.out, /^Årsak: .+\nHva det betyr: .+\nHva brukeren kan gjøre: .+$/);
    assert.equal((await outsider('explain', 'card.unheardOf')).code, 1);
  });

  test('a data folder without a database is told in words, and nothing is made there', async () => {
    for (const words of [['audit', 'tail'], ['status'], ['person', 'set-password', 'kari'], ['export']]) {
      const told = await tillitAt(join(folder.path, 'mistyped'), ...words);
      assert.equal(told.code, 1, words.join(' '));
      assert.match(told.err, /There is no database in this data folder/);
    }
    assert.equal(existsSync(join(folder.path, 'mistyped')), false, 'nothing was made there');
  });

  test('words that are not understood are told', async () => {
    for (const words of [
      ['audit'],
      ['audit', 'verify', '--person', 'x'],
      ['audit', 'prove'],
      ['audit', 'find', '--nonsense'],
    ]) {
      assert.equal((await tillit(...words)).code, 2, words.join(' '));
    }
    assert.equal((await tillit('audit', 'find', '--from', 'yesterday')).code, 1);
    assert.equal((await tillit('audit', 'verify', '--export', 'part.ndjson', '--key', 'none.pub')).code, 1);
  });

  test('a question is asked in the language, its faults are shown under their place, and it is written down', async () => {
    const found = await tillit('audit', 'find', 'person:p2', 'OR', 'person:p3', '--json');
    assert.equal(found.code, 0, found.err);
    const events = found.out.split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(
      events.map(({ event }) => [event.kind, event.person]),
      [
        ['ticket.issued', 'p3'],
        ['ticket.issued', 'p2'],
      ],
    );
    assert.match(
      (await tillit('audit', 'find', 'kind:ticket.* person:p2', '--limit', '1')).out,
      /#\d+ +ticket\.issued/,
    );
    assert.match((await tillit('audit', 'find', 'kind:ticket.*', '--limit', '1')).err, /Only the newest 1 are shown/);
    const wrong = await tillit('audit', 'find', 'outcome:ok user:anna');
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /outcome:ok user:anna\n {13}\^{5}\n {2}There is no such field.* Write: person:anna/);
    assert.equal((await tillit('audit', 'find', 'person:p2', '--kind', 'x')).code, 1);
    const read = await tillit('audit', 'find', 'kind:admin.audited "person:p2 OR person:p3"', '--json');
    const records = read.out.split('\n').map((line) => JSON.parse(line).event.body);
    assert.ok(records.some(({ action, found: count }) => action === 'find' && count === 2));
  });

  test('answers are exported as CSV and NDJSON; never over a file, never half a file unsaid', async () => {
    const csv = await tillit('audit', 'export', '--query', 'kind:ticket.issued', 'tickets.csv');
    assert.equal(csv.code, 0, csv.err);
    const lines = readFileSync(join(folder.path, 'tickets.csv'), 'utf8').trimEnd().split('\n');
    assert.match(lines[0] ?? '', /^at,id,index,kind,outcome/);
    assert.equal(lines.length, 5);
    assert.equal((await tillit('audit', 'export', '--query', 'kind:ticket.issued', 'tickets.csv')).code, 1);
    const out = await tillit('audit', 'export', '--query', 'person:p4', '--format', 'ndjson', '-');
    assert.equal(JSON.parse(out.out).event.person, 'p4');
    assert.match(out.err, /1 events/);
    assert.equal((await tillit('audit', 'export', '--query', 'x', '--format', 'xml', '-')).code, 1);
    assert.equal((await tillit('audit', 'export', '--query', 'x', '--from', '2026-01-01', '-')).code, 1);
  });

  test('retention is lawful in the database, in the whole export and in a part from before it', async () => {
    const policy = { login: undefined, ticket: 30, usage: undefined, admin: undefined, hub: undefined };
    assert.equal((await applyRetention({ pool, clock: () => day(400), policy })).ticket, 4);
    await sealer.pass();
    const verified = await tillit('audit', 'verify');
    assert.match(verified.out, /4 removed by retention/, verified.out);
    assert.equal(verified.code, 0);
    await tillit('audit', 'export', 'kept.ndjson');
    await tillit('audit', 'export', '--to', '2026-03-02', 'early.ndjson');
    for (const [name, ...part] of [['kept.ndjson'], ['early.ndjson', '--part']] as const) {
      const checked = await outsider('audit', 'verify', ...part, '--export', name, '--key', 'outside/log.pub');
      assert.equal(checked.code, 0, checked.out + checked.err);
    }
  });

  test('what was done to the database behind the hub is named', async () => {
    await pool.query(`UPDATE hub.audit_event SET person = 'p9' WHERE leaf_index = 1`);
    await pool.query(`UPDATE hub.audit_event SET text = replace(text, 'ehr', 'xxx') WHERE leaf_index = 0`);
    await pool.query('DELETE FROM hub.audit_event WHERE leaf_index = 2');
    appendFileSync(files.checkpoints, readFileSync(files.checkpoints, 'utf8').slice(0, 300).replace('\n3\n', '\n2\n'));
    const verified = await tillit('audit', 'verify');
    assert.equal(verified.code, 1);
    assert.match(verified.out, /event 0 was changed/);
    assert.match(verified.out, /event 1: the search columns person/);
    assert.match(verified.out, /event 2 was removed, and no retention record says so/);
    assert.match(verified.out, /the checkpoint of size 2 in checkpoints line \d+ is forged/);
  });
});
