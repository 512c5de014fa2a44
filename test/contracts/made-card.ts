// A card in use, as rows: for tests that begin where ordering has ended.
import type { Queryable } from '../../src/edge/store/hub/audit-insert.ts';
import { staffCard } from '../fakes/shown-cards.ts';

export async function madeCard(
  client: Queryable,
  id: string,
  holder: string,
  organisation: string,
  profile = staffCard.id,
): Promise<void> {
  await client.query(
    `INSERT INTO hub.card (id, profile, holder, organisation, state, revision, ordered_by, ordered_at, temporary)
     VALUES ($1, $2, $3, $4, 'inUse', 5, 'mona', now(), false)`,
    [id, profile, holder, organisation],
  );
  await client.query(
    `INSERT INTO hub.card_certificate (fingerprint, card, profile, serial, valid_from, valid_until, der)
     VALUES ($1, $2, 'login', $3, now(), now() + interval '1 year', '')`,
    [`fingerprint of ${id}`, id, `0${id}`],
  );
}
