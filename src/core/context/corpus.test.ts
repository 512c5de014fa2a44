// The corpus of details as a table: what must come of each, and every check turns at least one case.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { byKey, doctor } from '../../../test/fakes/context-registers.ts';
import { application, morning } from '../../../test/fakes/ward.ts';
import type { JsonValue } from '../../base/jose/index.ts';
import type { Api, Representation } from '../catalogue/index.ts';
import { type ContextConditions, noConditions } from './conditions.ts';
import type { Carrier, ContextFacts, ContextPerson } from './detail-type.ts';
import { type Judged, judgeContext, togetherChecks } from './judge.ts';
import { readDetails } from './read.ts';
import { detailTypes } from './registry.ts';

interface CaseFile {
  readonly code?: string;
  readonly check?: string;
  readonly represents?: Representation;
  readonly api?: Partial<Api>;
  readonly carrier?: Carrier;
  readonly grant?: ContextFacts['grant'];
  /** What is other about the doctor who is logged in; null: nobody is. A member that is null is not known. */
  readonly person?: Partial<Record<keyof ContextPerson, never>> | null;
  readonly arrives?: boolean;
  readonly ticket?: boolean;
  readonly details: JsonValue;
  readonly conditions?: Partial<ContextConditions>;
  readonly claims?: Readonly<Record<string, unknown>>;
}

const root = join(import.meta.dirname, '..', '..', '..', 'test', 'corpus');
function casesOf(kind: 'valid' | 'invalid'): readonly { readonly name: string; readonly file: CaseFile }[] {
  const folder = join(root, kind, 'context');
  return readdirSync(folder).map((name) => ({
    name: name.slice(0, -5),
    file: JSON.parse(readFileSync(join(folder, name), 'utf8')) as CaseFile,
  }));
}

const api: Api = {
  id: 'journal',
  audience: 'https://journal.example',
  name: { en: 'Journal' },
  scopes: ['journal/read'],
  claims: [],
  limits: {},
  contextTypes: detailTypes.map(({ type }) => type),
};

function personOf({ person }: CaseFile): ContextPerson | undefined {
  if (person === null) return undefined;
  const change = Object.entries(person ?? {}).map(([name, value]) => [name, value ?? undefined]);
  return { ...doctor(morning), ...Object.fromEntries(change) };
}

/** Reads and judges a case, without one check if it is named. */
function judge(file: CaseFile, without?: string): Judged {
  const reading = readDetails(file.details);
  if (!reading.ok) return reading;
  const app = application('ehr', { represents: file.represents });
  const keys = reading.details.flatMap((each) => each.type.organisations(each.details as never, app));
  const { carrier = 'assertion', arrives = true } = file;
  return judgeContext(
    reading.details.map((each) => ({ ...each, carrier, arrives, receivedAt: morning })),
    {
      now: morning,
      application: app,
      grant: file.grant ?? 'refresh_token',
      api: { ...api, ...file.api },
      organisations: byKey([...keys, ...(app.represents?.parent ? [app.represents.parent] : [])]),
      person: personOf(file),
    },
    file.ticket ?? true,
    ({ checks }) => checks.filter(({ name }) => name !== without),
    togetherChecks.filter(({ name }) => name !== without),
  );
}

describe('valid details', () => {
  for (const { name, file } of casesOf('valid')) {
    test(name, () => {
      const judged = judge(file);
      assert.ok(judged.ok, judged.ok ? '' : `${judged.fault.check}: ${judged.fault.text}`);
      assert.deepEqual(judged.context.conditions, { ...noConditions, ...file.conditions });
      // Through JSON, as a ticket goes: what is undefined is not in it.
      if (file.ticket !== false) assert.deepEqual(JSON.parse(JSON.stringify(judged.context.claims)), file.claims);
      assert.doesNotMatch(JSON.stringify(judged.context.trail), /03827910081|14818510056/);
    });
  }
});

const checks = [...detailTypes.flatMap((type) => type.checks), ...togetherChecks];

describe('invalid details', () => {
  const invalid = casesOf('invalid');
  for (const { name, file } of invalid) {
    test(`${name}: ${file.check}`, () => {
      const judged = judge(file);
      assert.ok(!judged.ok, 'was accepted');
      const { check, code, text } = judged.fault;
      assert.deepEqual([check, code], [file.check, file.code], text);
      assert.ok(name.startsWith(code) || !code.startsWith('HID'), 'the file is named by its fault');
      assert.match(text, /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,250}$/, 'may stand in an error_description');
      assert.doesNotMatch(text, /Nordmann|\d{9}/, 'repeats nothing that was sent');
      // Without its check it is no longer what refuses.
      const again = judge(file, check);
      if (checks.some((each) => each.name === check)) assert.notEqual(again.ok ? undefined : again.fault.check, check);
    });
  }

  test('every check has a case, a clause and a name of its own', () => {
    const names = checks.map(({ name }) => name);
    assert.deepEqual(
      names.filter((name) => !invalid.some(({ file }) => file.check === name)),
      [],
    );
    assert.equal(new Set(names).size, names.length);
    assert.ok(checks.every(({ clause }) => clause.length > 0));
  });
});
