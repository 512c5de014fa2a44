// Gathers how far a caller of the admin API reaches: their grants, who they are now, and the organisations.
import type { EpochMs } from '../../../base/clock.ts';
import { type CatalogueSnapshot, ownNamespace } from '../../../core/catalogue/index.ts';
import { type Organisation, type Reach, reaches, reachOf } from '../../../core/directory/index.ts';
import { grantsOf, grantsOfClient, peopleNamed } from '../../../edge/store/hub/administrations.ts';
import type { Queryable } from '../../../edge/store/hub/audit-insert.ts';
import { organisationsById } from '../../../edge/store/hub/population.ts';
import type { AdminCaller } from '../../../edge/web/admin-api/index.ts';

export interface Gathered {
  readonly reach: Reach;
  readonly organisations: ReadonlyMap<string, Organisation>;
}

/** What the caller reaches now. `client` may be a transaction: then it is what the change is made on. */
export async function gatherReach(
  client: Queryable,
  caller: Pick<AdminCaller, 'client' | 'person'>,
  catalogue: CatalogueSnapshot,
  now: EpochMs,
): Promise<Gathered> {
  const organisations = await organisationsById(client);
  const asked = { organisations, now };
  if (caller.person !== undefined) {
    const [person] = await peopleNamed(client, [caller.person]);
    const asker = person ?? { id: caller.person, closed: true, attributes: {} };
    const grants = await grantsOf(client, caller.person);
    return { organisations, reach: reachOf(grants, { ...asked, asker }) };
  }
  const application = catalogue.clients.get(caller.client);
  const asker = { client: caller.client, closed: application?.closed !== false };
  return { organisations, reach: reachOf(await grantsOfClient(client, caller.client), { ...asked, asker }) };
}

/** Namespaces of providers that belong to organisations within reach: their own logins. */
export function ownNamespaces({ providers }: CatalogueSnapshot, reach: Reach): ReadonlySet<string> {
  const own = [...providers.values()].filter(({ upstream, saml }) => {
    const organisation = upstream?.organisation ?? saml?.organisation;
    return organisation !== undefined && reaches(reach, organisation);
  });
  return new Set(own.map(ownNamespace));
}
