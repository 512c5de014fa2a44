// Reads the signs of shared accounts out of the trail.
import type { EpochMs } from '../../../base/clock.ts';
import type { Person } from '../../../core/directory/index.ts';
import type { Queryable } from './audit-insert.ts';

export interface ToldSignal {
  readonly at: EpochMs;
  readonly person: Person;
  readonly seen: readonly ('networks' | 'devices')[];
  readonly places: readonly { readonly network?: string; readonly device: string; readonly agent: string }[];
}

/** Newest first, a thousand at most. */
export async function sharedSignalsSince(client: Queryable, since: EpochMs): Promise<readonly ToldSignal[]> {
  const { rows } = await client.query<{
    at: Date;
    id: string;
    given_name: string;
    family_name: string;
    protected_identity: boolean;
    text: string;
  }>(
    `SELECT e.at, p.id, p.given_name, p.family_name, p.protected_identity, e.text FROM hub.audit_event e JOIN hub.person p ON p.id = e.person
     WHERE e.kind = 'account.sharedSignal' AND e.at >= $1 AND e.text IS NOT NULL ORDER BY e.at DESC, e.id DESC LIMIT 1000`,
    [new Date(since)],
  );
  return rows.map(({ at, text, id, given_name, family_name, protected_identity }) => {
    const { body } = JSON.parse(text) as { readonly body: Pick<ToldSignal, 'seen' | 'places'> };
    const person = { id, givenName: given_name, familyName: family_name, protectedIdentity: protected_identity };
    return {
      at: at.getTime(),
      person: { ...person, closed: false, attributes: {} },
      seen: body.seen,
      places: body.places,
    };
  });
}
