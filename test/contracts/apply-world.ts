// What the tests of applying share: a sample file, and short words for applying, planning and exporting.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { type ApplyFilesOptions, exportYaml, problemText, runApply } from '../../src/apps/cli/apply/index.ts';
import type { Change } from '../../src/apps/hub/apply/index.ts';
import { keyringOf } from '../../src/base/sealing/index.ts';
import { Secret } from '../../src/base/secret.ts';
import { catalogueSections } from '../../src/core/catalogue/index.ts';
import { sampleItems } from '../../src/core/catalogue/sample-items.ts';
import { createHashing } from '../../src/edge/connectors/password/index.ts';
import { readItems } from '../../src/edge/store/hub/catalogue.ts';
import { directoryReader, sealedIdentities } from '../../src/edge/store/hub/directory.ts';
import { identityVault } from '../../src/edge/store/hub/identity-vault.ts';
import { temporaryFolder } from '../support/index.ts';
import type { ContractDatabase } from './servers.ts';

export const keyring = keyringOf({ id: 'k1', key: new Secret(randomBytes(32)) });
export const vault = identityVault(keyring);
export const hashing = createHashing({ parameters: { memory: 64, passes: 1, lanes: 1 } });
export const personalNumber = '191212121212';

const sectionOf = Object.fromEntries(Object.entries(catalogueSections).map(([section, kind]) => [kind, section]));
export function sampleFile(): Record<string, unknown[]> & { people: Record<string, unknown>[] } {
  const sections: Record<string, unknown[]> = {};
  for (const { kind, doc } of sampleItems()) {
    const section = sectionOf[kind]!;
    sections[section] = [...(sections[section] ?? []), doc];
  }
  return {
    ...sections,
    organisations: [
      { id: 'ward-owner', name: 'Owner', parent: 'hospital' },
      { id: 'hospital', name: 'Sjukhuset', number: '5560000000', brand: 'plain' },
    ],
    units: [{ id: 'icu', organisation: 'hospital', name: 'ICU' }],
    people: [
      {
        id: 'anna',
        givenName: 'Anna',
        familyName: 'Åberg',
        locale: 'sv',
        attributes: { certificateClass: 'simple', trained: true },
        identities: [
          { namespace: 'hsa-id', value: 'SE2321000156-1077' },
          { namespace: 'se-personnummer', value: '19121212-1212' },
        ],
        assignments: [
          {
            id: 'anna-icu',
            organisation: 'hospital',
            unit: 'icu',
            role: 'nurse',
            from: '2026-01-01',
            until: '2030-01-01T00:00:00+01:00',
          },
        ],
        username: 'Anna.Aberg',
      },
      {
        id: 'bo',
        givenName: 'Bo',
        familyName: 'Ek',
        protectedIdentity: true,
        identities: [{ namespace: 'employee', value: 'E1' }],
        assignments: [],
      },
    ],
  };
}

/** The words, on one database. */
export function applyWorld(database: ContractDatabase) {
  const folder = temporaryFolder('apply');
  after(() => folder.remove());
  let files = 0;
  const write = (text: string | object, name = `f${++files}.yaml`): string => {
    const path = join(folder.path, name);
    writeFileSync(path, typeof text === 'string' ? text : JSON.stringify(text));
    return path;
  };
  const changes: Change[] = [];
  const apply = (file: string | readonly string[], given: Partial<ApplyFilesOptions> = {}) => {
    changes.length = 0;
    return runApply({
      pool: database.pool,
      keyring,
      hashing,
      clock: Date.now,
      files: typeof file === 'string' ? [file] : file,
      mode: 'commit',
      prune: false,
      who: 'tester@host',
      onChange: (change) => changes.push(change),
      ...given,
    });
  };
  const applied = async (file: string | readonly string[], given: Partial<ApplyFilesOptions> = {}) => {
    const outcome = await apply(file, given);
    assert.ok(outcome.ok, JSON.stringify(outcome, null, 1));
    return outcome;
  };
  const problemsOf = async (file: string | readonly string[], given: Partial<ApplyFilesOptions> = {}) => {
    const outcome = await apply(file, given);
    assert.ok(!outcome.ok && 'problems' in outcome, 'was applied');
    return outcome.problems.map(problemText).join('\n');
  };
  const exported = async (given: Partial<Parameters<typeof exportYaml>[0]> = {}) => {
    let text = '';
    const reveal = async (identities: readonly { namespace: string; lookup: string }[]) =>
      new Map(
        (await sealedIdentities(database.pool, identities)).map((row) => [
          `${row.namespace} ${row.lookup}`,
          vault.reveal(row) ?? '',
        ]),
      );
    const options = {
      items: await readItems(database.pool),
      reader: directoryReader(database.pool),
      sections: [],
      withProtected: false,
      withSecrets: false,
      ...given,
    };
    for await (const part of exportYaml('reveal' in given ? { ...options, reveal } : options)) text += part;
    return text;
  };
  const auditCount = async () =>
    Number(
      (await database.pool.query(`SELECT count(*) AS n FROM hub.audit_event WHERE kind = 'admin.applied'`)).rows[0].n,
    );

  return { folder, write, changes, apply, applied, problemsOf, exported, auditCount };
}
