// What the pages show of a logout: what was reached, by the queue and by the ways that the catalogue has now.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../base/clock.ts';
import type { CatalogueSnapshot } from '../../core/catalogue/index.ts';
import { awaitProgress, logoutStatus, type Reached } from '../../core/sessions/index.ts';
import { backchannelUri, frontchannelLogoutUrl } from '../../edge/frontends/oidc/index.ts';
import type { LogoutRow, PortalPorts } from '../../edge/web/portal/index.ts';

/** With the way there and back the page is there within two seconds. */
const mostMs = 1600;

/** The row of one thing; `here`: it was reached by the session of the browser that looks. */
export function logoutRow(reached: Reached, catalogue: CatalogueSnapshot, here: boolean): LogoutRow {
  const { session, to, issuer, message } = reached;
  const about = { application: to.id, issuer, session };
  const frame = here ? frontchannelLogoutUrl(catalogue, about) : undefined;
  const ways = { back: backchannelUri(catalogue, about) !== undefined, front: frame !== undefined };
  return { session, to, status: logoutStatus(ways, message), frame };
}

/** The portal's port: waits until nothing may change any more, or nearly two seconds. */
export function logoutProgress(
  read: (sessions: readonly string[]) => Promise<readonly Reached[]>,
  catalogue: () => CatalogueSnapshot,
  clock: Clock,
): PortalPorts['logoutProgress'] {
  const pause = (ms: number) => sleep(ms);
  return ({ sessions, here }) =>
    awaitProgress(async () => (await read(sessions)).map((one) => logoutRow(one, catalogue(), one.session === here)), {
      clock,
      pause,
      mostMs,
    });
}
