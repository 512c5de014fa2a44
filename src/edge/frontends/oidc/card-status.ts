// Cards behind a session whose status is too old to rely on when a new ticket is made of it, and what they are now.
import type { Evidence } from '../../../core/linking/index.ts';
import type { Session } from '../../../core/sessions/index.ts';
import type { Call } from './endpoint.ts';
import type { OidcPorts } from './ports.ts';

/** Cards behind the session whose status is too old to rely on. */
export function staleCards({ now, catalogue }: Pick<Call, 'now' | 'catalogue'>, session: Session): readonly Evidence[] {
  const limit = catalogue.settings.lifetimes.cardRecheck * 1000;
  return session.evidence.filter(
    ({ certificate }) => certificate !== undefined && now - certificate.statusCheckedAt >= limit,
  );
}

/** Every one is looked at; one revoked card is enough. */
export async function cardStatus(
  recheck: OidcPorts['recheck'],
  stale: readonly Evidence[],
): Promise<'good' | 'revoked' | 'unknown'> {
  const found = await Promise.all(stale.map(recheck));
  if (found.includes('revoked')) return 'revoked';
  return found.includes('unknown') ? 'unknown' : 'good';
}
