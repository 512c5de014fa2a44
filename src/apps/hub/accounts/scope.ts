// Whose accounts or events somebody looks after: people of their organisations, or everybody for whoever is over the whole hub.
import type pg from 'pg';
import { type AdministrationTask, administeredBy, overHub } from '../../../core/directory/index.ts';
import type { AccountScope } from '../../../core/provisioning/index.ts';
import { grantsOf, peopleNamed } from '../../../edge/store/hub/administrations.ts';
import { organisationsById } from '../../../edge/store/hub/population.ts';

/** None for whoever has no task; most people. */
export const accountScope = (pool: pg.Pool, id: string, now: number): Promise<AccountScope> =>
  scopeOf(pool, id, now, 'accounts');

/** The same for another task. */
export async function scopeOf(pool: pg.Pool, id: string, now: number, task: AdministrationTask): Promise<AccountScope> {
  const [[person], grants] = await Promise.all([peopleNamed(pool, [id]), grantsOf(pool, id)]);
  if (person === undefined || person.closed) return new Set();
  if (person.attributes['administrator'] === true) return 'all';
  if (overHub(grants, { person, task, now })) return 'all';
  if (grants.length === 0) return new Set();
  const organisations = await organisationsById(pool);
  return new Set(
    [...organisations.keys()].filter(
      (organisation) => administeredBy(grants, { person, task, organisation, organisations, now }) !== undefined,
    ),
  );
}

export const isNobody = (over: AccountScope): boolean => over !== 'all' && over.size === 0;
export const organisationsOf = (over: AccountScope): readonly string[] | undefined =>
  over === 'all' ? undefined : [...over];
