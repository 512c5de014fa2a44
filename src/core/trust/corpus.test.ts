// The certificate corpus as a table: every case says what must come of it, and every check turns at least one case.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readCrl } from '../../base/x509/index.ts';
import type { Population } from '../catalogue/snapshot.ts';
import { certificateChecks } from './checks.ts';
import { type CertificateDecision, candidatesOf, decideCertificate, type PresentedCertificate } from './decide.ts';
import { judgeCertificate, readPresented, recheckCertificate } from './judge.ts';
import { OcspCache } from './ocsp-cache.ts';
import { type CrlState, type CrlStates, crlKey } from './revocation.ts';
import { RevocationCache } from './revocation-cache.ts';

interface CaseFile {
  readonly at: string;
  readonly accepted: readonly string[];
  readonly expect: Readonly<Record<string, unknown>>;
  readonly chain: readonly string[];
  readonly lists: Readonly<Record<string, string | null>>;
  readonly populations?: readonly (Partial<Population> & { readonly id: string })[];
}

const root = join(import.meta.dirname, '..', '..', '..', 'test', 'corpus');
const folder = (kind: 'valid' | 'invalid') => join(root, kind, 'certificate');
const common = JSON.parse(readFileSync(join(folder('valid'), '_common.json'), 'utf8')) as {
  populations: readonly Population[];
  lists: Readonly<Record<string, string>>;
};

function casesOf(kind: 'valid' | 'invalid'): { name: string; file: CaseFile }[] {
  return readdirSync(folder(kind))
    .filter((name) => name.endsWith('.json') && !name.startsWith('_'))
    .map((name) => ({
      name: name.slice(0, -5),
      file: JSON.parse(readFileSync(join(folder(kind), name), 'utf8')) as CaseFile,
    }));
}

function factsOf(file: CaseFile): { facts: PresentedCertificate; now: number } {
  const now = Date.parse(file.at);
  const bases = new Map(common.populations.map((population) => [population.id, population]));
  const populations =
    file.populations?.map((changed) => ({ ...bases.get(changed.id), ...changed }) as Population) ?? common.populations;
  const presented = readPresented(file.chain.map((der) => Buffer.from(der, 'base64')));
  const crls = new Map<string, CrlState>();
  const facts = { ...presented, populations, accepted: file.accepted, crls: crls as CrlStates, answers: new Map() };
  // Every issuer of every candidate is offered every list, so that the checks alone tell them apart.
  for (const { path } of candidatesOf(facts, now))
    for (const issuer of path)
      for (const [url, text] of Object.entries({ ...common.lists, ...file.lists })) {
        const reading = text === null ? undefined : readCrl(Buffer.from(text, 'base64'));
        const state: CrlState =
          reading === undefined
            ? { ok: false, reason: 'crlUnreachable' }
            : reading.ok
              ? { ok: true, crl: reading.crl, fetchedAt: now }
              : { ok: false, reason: reading.reason };
        crls.set(crlKey(url, issuer), state);
      }
  return { facts, now };
}

const failedCheck = (decision: CertificateDecision) => (decision.ok ? undefined : decision.explanation.at(-1)?.check);
const outcome = (decision: CertificateDecision) =>
  decision.ok ? `ok ${decision.populationId}` : `${decision.code} ${failedCheck(decision)}`;

describe('certificates that are accepted', () => {
  for (const { name, file } of casesOf('valid'))
    test(name, () => {
      const { facts, now } = factsOf(file);
      const decision = decideCertificate(facts, now);
      assert.ok(decision.ok, outcome(decision));
      for (const [field, value] of Object.entries(file.expect))
        assert.deepEqual(decision[field as keyof typeof decision], value, field);
      assert.equal(decision.explanation.length, certificateChecks.length);
      assert.equal(decision.statusCheckedAt, now);
    });
});

describe('certificates that are refused, each for its own fault', () => {
  for (const { name, file } of casesOf('invalid'))
    test(name, () => {
      const { facts, now } = factsOf(file);
      const decision = decideCertificate(facts, now);
      assert.equal(outcome(decision), `${file.expect.code} ${file.expect.check}`);
    });
});

describe('every check is needed', () => {
  const all = [...casesOf('valid'), ...casesOf('invalid')].map(({ name, file }) => ({ name, ...factsOf(file) }));
  const before = new Map(all.map(({ name, facts, now }) => [name, outcome(decideCertificate(facts, now))]));
  for (const { name } of certificateChecks)
    test(`without ${name} some case turns`, () => {
      const fewer = certificateChecks.filter((check) => check.name !== name);
      const turned = all.filter(
        ({ name: each, facts, now }) => outcome(decideCertificate(facts, now, fewer)) !== before.get(each),
      );
      assert.notEqual(turned.length, 0);
    });
});

describe('judging with lists that are fetched', () => {
  const late = new Set(certificateChecks.filter(({ afterFetch }) => afterFetch).map(({ name }) => name));
  const judge = async (file: CaseFile) => {
    const { facts, now } = factsOf(file);
    const fetched: string[] = [];
    const lists: Readonly<Record<string, string | null>> = { ...common.lists, ...file.lists };
    const cache = new RevocationCache({
      clock: () => now,
      source: {
        async fetch(url) {
          fetched.push(url);
          const text = lists[url];
          return text
            ? { kind: 'bytes', der: Buffer.from(text, 'base64') }
            : { kind: 'failed', reason: 'crlUnreachable' };
        },
      },
    });
    const responders = new OcspCache({
      clock: () => now,
      random: (octets) => Buffer.alloc(octets),
      source: {
        async ask(url) {
          fetched.push(url);
          return { kind: 'failed', reason: 'ocspUnreachable' };
        },
      },
    });
    const given = { populations: facts.populations, accepted: file.accepted, maxAgeMs: 900_000, cache, responders };
    const decision = await judgeCertificate(
      { ...given, chain: file.chain.map((der) => Buffer.from(der, 'base64')) },
      () => now,
    );
    return { decision, fetched, given, now };
  };

  for (const { name, file } of casesOf('valid'))
    test(`${name} is accepted, and again when asked later`, async () => {
      const { decision, fetched, given, now } = await judge(file);
      assert.ok(decision.ok, outcome(decision));
      assert.equal(fetched.length, decision.path.length - 1);
      const chain = decision.path.slice(0, -1).map(({ der }) => der.toString('base64'));
      const again = await recheckCertificate(
        { ...given, facts: { population: decision.populationId, chain } },
        () => now,
      );
      assert.ok(again.ok, outcome(again));
    });

  for (const { name, file } of casesOf('invalid'))
    test(`${name} is refused, and nothing is fetched for a path that does not hold`, async () => {
      const { decision, fetched } = await judge(file);
      const check = failedCheck(decision);
      assert.equal(outcome(decision), `${file.expect.code} ${file.expect.check}`);
      if (check === undefined || !late.has(check)) assert.deepEqual(fetched, []);
      for (const url of fetched)
        assert.ok(url.startsWith('http://crl.example/crl/'), 'never a host that is not allowed');
    });
});
