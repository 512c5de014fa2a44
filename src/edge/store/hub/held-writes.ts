// What an applied change of the directory and the catalogue makes true, as data: written down while it waits, and carried out as a whole.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import { Problem } from '../../../base/problem.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import type { CatalogueKind, StoredItem } from '../../../core/catalogue/index.ts';
import { compileCatalogue } from '../../../core/catalogue/index.ts';
import type { Organisation, Unit } from '../../../core/directory/index.ts';
import { insertAudit } from './audit-insert.ts';
import { readItems, readRevision, writeItems } from './catalogue.ts';
import {
  closePeople,
  freeNumbers,
  type PersonSave,
  removeOrganisations,
  removeUnits,
  saveOrganisations,
  savePeople,
  saveUnits,
  stillUsed,
} from './directory-write.ts';
import { type PasswordSave, removePassword, savePassword } from './password.ts';

interface Items<T> {
  readonly save: readonly T[];
  readonly remove: readonly string[];
}

/** Gathered while a change is tried out. */
export interface AppliedWrites {
  organisations: Items<Organisation>;
  units: Items<Unit>;
  catalogue: {
    readonly save: readonly StoredItem[];
    readonly remove: readonly { readonly kind: CatalogueKind; readonly id: string }[];
  };
  readonly people: PersonSave[];
  readonly withoutPassword: string[];
  readonly passwords: PasswordSave[];
  readonly close: string[];
  /** What the trail says of it when it is carried out, but for the time and the revision. */
  body: AuditRecord['body'];
}

export const noWrites = (): AppliedWrites => ({
  organisations: { save: [], remove: [] },
  units: { save: [], remove: [] },
  catalogue: { save: [], remove: [] },
  people: [],
  withoutPassword: [],
  passwords: [],
  close: [],
  body: {},
});

/** Format of the text, so that a later program knows it. */
const version = 1;

/** As text, to be sealed: sealed identities are in it as they are stored. */
export const writesText = (writes: AppliedWrites): string =>
  JSON.stringify({
    version,
    ...writes,
    people: writes.people.map((one) => ({
      ...one,
      link: one.link.map((row) => ({ ...row, sealed: row.sealed?.toString('base64') ?? null })),
    })),
  });

export function readWrites(text: string): AppliedWrites {
  const { version: found, ...read } = JSON.parse(text) as Omit<AppliedWrites, 'people'> & {
    readonly version: number;
    readonly people: readonly (Omit<PersonSave, 'link'> & {
      readonly link: readonly { readonly namespace: string; readonly lookup: string; readonly sealed: string | null }[];
    })[];
  };
  if (found !== version) throw misfit(`it was written down by another program (format ${found})`);
  return {
    ...read,
    people: read.people.map((one) => ({
      ...one,
      link: one.link.map((row) => ({ ...row, sealed: row.sealed === null ? null : Buffer.from(row.sealed, 'base64') })),
    })),
  };
}

/** What was approved no longer fits what is there: trying again would not help. */
const misfit = (detail: string): Problem => new Problem({ kind: 'conflict', code: 'conflict', detail });

const batchSize = 1000;

/** Makes all of it true within the caller's transaction, in the order of `tillit apply`. The caller holds the lock of `apply`. */
export async function makeTrue(client: pg.PoolClient, writes: AppliedWrites, now: EpochMs): Promise<void> {
  const { organisations, units, catalogue, people, withoutPassword, passwords, close, body } = writes;
  await freeNumbers(client, [...organisations.remove, ...organisations.save.map(({ id }) => id)]);
  await saveOrganisations(client, organisations.save);
  await saveUnits(client, units.save);
  for (let at = 0; at < people.length; at += batchSize)
    await savePeople(client, people.slice(at, at + batchSize), 'apply', now);
  for (const person of withoutPassword) await removePassword(client, person, now);
  for (const one of passwords)
    if (!(await savePassword(client, one, now))) throw misfit(`username ${one.username} is somebody else's by now`);
  await closePeople(client, close, now);
  for (const [kind, ids] of [
    ['unit', units.remove],
    ['organisation', organisations.remove],
  ] as const) {
    const used = await stillUsed(client, kind, ids);
    if (used.length > 0) throw misfit(`${kind} ${used.slice(0, 5).join(', ')} is used by now`);
    await (kind === 'unit' ? removeUnits(client, ids) : removeOrganisations(client, ids));
  }
  const isCatalogueChanged = catalogue.save.length + catalogue.remove.length > 0;
  const revision = isCatalogueChanged
    ? await writeItems(client, catalogue.save, catalogue.remove)
    : await readRevision(client);
  // Something else may have been applied meanwhile: what does not hold is not made true.
  if (isCatalogueChanged && !compileCatalogue(revision, await readItems(client)).ok)
    throw misfit('the catalogue would no longer hold');
  await insertAudit(client, [{ kind: 'admin.applied', at: now, outcome: 'ok', body: { ...body, revision } }]);
}
