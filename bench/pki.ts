// `node bench/pki.ts`: judging cards under one of 500 anchors, warm, beside `openssl verify` judging the same files in the same rounds.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  attributeOids,
  type ExtensionToWrite,
  publicKeyDer,
  readCertificate,
  readCrl,
  toPem,
  writeCertificate,
  writeCrl,
  writeExtension,
  writeName,
} from '../src/base/x509/index.ts';
import type { Population } from '../src/core/catalogue/index.ts';
import { type CrlState, crlKey, decideCertificate, deltaKey, readPresented } from '../src/core/trust/index.ts';
import { temporaryFolder } from '../test/support/index.ts';
import { median, quantile } from './load.ts';
import { machine } from './report.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    cards: { type: 'string', default: '1000' },
    anchors: { type: 'string', default: '500' },
    entries: { type: 'string', default: '10000' },
    /** Ours also joins a delta list of a hundredth of the entries; openssl is not asked to. */
    deltas: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const [rounds, cards, anchorCount, entries] = [options.rounds, options.cards, options.anchors, options.entries].map(
  Number,
) as [number, number, number, number];
const now = Math.floor(Date.now() / 1000) * 1000;
const dayMs = 86_400_000;
// Both sides before whatever else runs here, where that is allowed: a time slice lost is longer than a judgement.
try {
  setPriority(constants.priority.PRIORITY_HIGHEST);
} catch {
  // Read the quietest round, then.
}
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const kinds: Readonly<Record<string, () => KeyObject>> = {
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  'RSA 2048': () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
};

interface Issuer {
  readonly name: Buffer;
  readonly key: KeyObject;
  readonly der: Buffer;
}

function issue(
  name: Buffer,
  key: KeyObject,
  by: Issuer | undefined,
  serial: number,
  extensions: readonly ExtensionToWrite[],
): Buffer {
  const publicKey = publicKeyDer(key);
  return writeCertificate(
    {
      serial: Buffer.from((0x100000 + serial).toString(16), 'hex'),
      issuer: by?.name ?? name,
      subject: name,
      notBefore: now - dayMs,
      notAfter: now + dayMs,
      publicKey,
      extensions: [
        ...extensions,
        writeExtension.subjectKeyId(publicKey),
        ...(by === undefined ? [] : [writeExtension.authorityKeyId(publicKeyDer(by.key))]),
      ],
    },
    by?.key ?? key,
  );
}
const caExtensions = [writeExtension.basicConstraints(true), writeExtension.keyUsage(['keyCertSign', 'cRLSign'])];
const policy = '1.3.6.1.4.1.32473.1';
const url = (name: string) => `http://crl.example/${name}.crl`;

function makeWorld(newKey: () => KeyObject) {
  const authority = (commonName: string, key: KeyObject, by?: Issuer): Issuer => {
    const name = writeName([
      [attributeOids.country, 'SE'],
      [attributeOids.commonName, commonName],
    ]);
    const more = by === undefined ? [] : [writeExtension.policies([policy]), writeExtension.crlUrls([url('root')])];
    return { name, key, der: issue(name, key, by, 1, [...caExtensions, ...more]) };
  };
  const decoyKeys = Array.from({ length: 8 }, newKey);
  const anchors = Array.from({ length: anchorCount - 1 }, (_, index) =>
    authority(`Root ${index}`, decoyKeys[index % decoyKeys.length] as KeyObject),
  );
  const root = authority('Root of the cards', newKey());
  const issuing = authority('Issuing', newKey(), root);
  const cardKeys = Array.from({ length: 8 }, newKey);
  const leaves = Array.from({ length: cards }, (_, index) => {
    const name = writeName([
      [attributeOids.country, 'SE'],
      [attributeOids.commonName, `Card ${index}`],
      [attributeOids.serialNumber, `T${String(index).padStart(6, '0')}`],
    ]);
    return issue(name, cardKeys[index % cardKeys.length] as KeyObject, issuing, 100_000 + index, [
      writeExtension.keyUsage(['digitalSignature']),
      writeExtension.extendedKeyUsage(['1.3.6.1.5.5.7.3.2']),
      writeExtension.policies([policy]),
      writeExtension.crlUrls([url('issuing')]),
    ]);
  });
  const list = (by: Issuer, size: number, more: readonly ExtensionToWrite[] = [], number = 1) =>
    writeCrl(
      {
        issuer: by.name,
        thisUpdate: now - 1_000,
        nextUpdate: now + dayMs,
        revoked: Array.from({ length: size }, (_, index) => ({
          serial: Buffer.from((0x70000000 + index).toString(16), 'hex'),
          at: now - dayMs,
          reason: 1,
        })),
        extensions: [writeExtension.crlNumber(number), writeExtension.authorityKeyId(publicKeyDer(by.key)), ...more],
      },
      by.key,
    );
  return {
    anchors: [...anchors, root],
    root,
    issuing,
    leaves,
    lists: {
      root: list(root, 10),
      issuing: list(issuing, entries, options.deltas ? [writeExtension.freshestCrl([url('delta')])] : []),
    },
    delta: list(issuing, entries / 100, [writeExtension.deltaOf(1)], 2),
  };
}
type World = ReturnType<typeof makeWorld>;

/** Our side: what a login decides of a card that it has not seen before, its lists at hand. */
function ours({ anchors, root, issuing, leaves, lists, delta }: World) {
  const population: Population = {
    id: 'cards',
    name: { en: 'Cards' },
    certificateClass: 'simple',
    anchors: anchors.map(({ der }) => toPem(der)),
    intermediates: [toPem(issuing.der)],
    policyOids: [policy],
    extendedKeyUsages: [],
    identifiers: [
      { attribute: attributeOids.serialNumber, pattern: 'custom', custom: '^T\\d{6}$', namespace: 'staff-id' },
    ],
    assurance: 'substantial',
    revocation: { mode: 'crl', overrides: {}, allowedHosts: [] },
  };
  const crls = new Map<string, CrlState>();
  for (const [name, by] of [
    ['root', root],
    ['issuing', issuing],
  ] as const) {
    const [certificate, crl] = [readCertificate(by.der), readCrl(lists[name])];
    if (!certificate.ok || !crl.ok) throw new Error('the world is broken');
    crls.set(crlKey(url(name), certificate.certificate), { ok: true, crl: crl.crl, fetchedAt: now });
    const changes = readCrl(delta);
    if (options.deltas && name === 'issuing' && changes.ok)
      crls.set(deltaKey(url('delta'), certificate.certificate), { ok: true, crl: changes.crl, fetchedAt: now });
  }
  /** Time of each judgement by the clock, and less what it waited for a processor that another process had. */
  return (): { readonly wallMs: readonly number[]; readonly ownMs: readonly number[] } => {
    const ownMs: number[] = [];
    const wallMs = leaves.map((leaf) => {
      const [waited, begun] = [waitedMs(), performance.now()];
      const facts = {
        ...readPresented([leaf, issuing.der]),
        populations: [population],
        accepted: ['cards'],
        crls,
        answers: new Map(),
      };
      const decision = decideCertificate(facts, now);
      if (decision.ok && decision.withoutDelta !== undefined) throw new Error('the delta list was not joined');
      if (!decision.ok) throw new Error(`refused: ${JSON.stringify(decision.explanation.at(-1))}`);
      const wall = performance.now() - begun;
      ownMs.push(wall - (waitedMs() - waited));
      return wall;
    });
    return { wallMs, ownMs };
  };
}

/** Milliseconds that this thread could have run and did not, since it began: the second field of schedstat. */
const waitedMs = (): number => Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[1]) / 1e6;

/** CPU seconds of ended children: cutime and cstime of proc(5), in ticks of 10 ms. */
function childrenSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** openssl: the same checks on the same files, one process for all of them; reading anchors and lists is not counted. */
function opensslVerify({ anchors, issuing, leaves, lists }: World, folder: string) {
  const put = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const files = leaves.map((leaf, index) => put(`leaf-${index}.pem`, toPem(leaf)));
  const fixed = [
    'verify',
    ...['-CAfile', put('anchors.pem', anchors.map(({ der }) => toPem(der)).join(''))],
    ...['-untrusted', put('issuing.pem', toPem(issuing.der))],
    ...[
      '-CRLfile',
      put(
        'lists.pem',
        Object.values(lists)
          .map((list) => toPem(list, 'X509 CRL'))
          .join(''),
      ),
    ],
    ...['-crl_check_all', '-purpose', 'sslclient', '-policy_check', '-explicit_policy', '-policy', policy],
  ];
  const seconds = (of: readonly string[]): number => {
    const before = childrenSeconds();
    const said = execFileSync('openssl', [...fixed, ...of], { encoding: 'utf8', maxBuffer: 1e8 });
    const right = said.match(/: OK$/gm)?.length ?? 0;
    if (right !== of.length) throw new Error('openssl refused what it must accept');
    return childrenSeconds() - before;
  };
  return (): number => ((seconds(files) - seconds(files.slice(0, 1))) * 1e6) / (files.length - 1);
}

say(machine(execFileSync('openssl', ['version'], { encoding: 'utf8' }).trim()));
for (const [kind, newKey] of Object.entries(kinds)) {
  const folder = temporaryFolder('bench-pki');
  try {
    const world = makeWorld(newKey);
    const [judge, verify] = [ours(world), opensslVerify(world, folder.path)];
    judge();
    const found: { cpuUs: number; p50Ms: number; p99Ms: number; p99OwnMs: number; opensslUs: number }[] = [];
    for (let round = 1; round <= rounds; round++) {
      const before = process.cpuUsage();
      const { wallMs, ownMs } = judge();
      const { user, system } = process.cpuUsage(before);
      found.push({
        cpuUs: (user + system) / cards,
        p50Ms: quantile(wallMs, 0.5),
        p99Ms: quantile(wallMs, 0.99),
        p99OwnMs: quantile(ownMs, 0.99),
        opensslUs: verify(),
      });
      say(`round ${round}/${rounds} ${kind}: ${JSON.stringify(found.at(-1))}`);
    }
    const middle = (key: keyof (typeof found)[number]) => median(found.map((each) => each[key]));
    const row = {
      name: `pki_verify ${kind}`,
      cpuUs: Math.round(middle('cpuUs')),
      p50Ms: Number(middle('p50Ms').toFixed(3)),
      // Of the quietest round: other work on the machine interrupts a thread for longer than all of this takes.
      p99Ms: Number(Math.min(...found.map(({ p99Ms }) => p99Ms)).toFixed(3)),
      // Without that wait, of the middle round.
      p99OwnMs: Number(middle('p99OwnMs').toFixed(3)),
      opensslCpuUs: Math.round(middle('opensslUs')),
      ratio: Number((middle('opensslUs') / middle('cpuUs')).toFixed(2)),
    };
    process.stdout.write(
      options.json
        ? `${JSON.stringify(row)}\n`
        : `${row.name}: ${row.cpuUs} µs a card (p50 ${row.p50Ms} ms, p99 ${row.p99Ms} ms, less waits ${row.p99OwnMs} ms), openssl verify ${row.opensslCpuUs} µs, ${row.ratio} ×\n`,
    );
  } finally {
    folder.remove();
  }
}
