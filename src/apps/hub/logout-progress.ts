// What the pages show of a logout: what was reached, by the queue and by the ways that the catalogue has now.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../base/clock.ts';
import type { CatalogueSnapshot } from '../../core/catalogue/index.ts';
import type { PartnerRecords } from '../../core/metadata/index.ts';
import { awaitProgress, isOpen, logoutStatus, mayChange, type Reached } from '../../core/sessions/index.ts';
import { backchannelUri, frontchannelLogoutUrl } from '../../edge/frontends/oidc/index.ts';
import { logoutFrame, type SamlPorts, type ToldLogout, waysToTell } from '../../edge/frontends/saml/index.ts';
import type { LogoutRow, PortalPorts } from '../../edge/web/portal/index.ts';
import { withPartners } from './partners.ts';

/** With the way there and back the page is there within two seconds. */
const mostMs = 1600;

export interface LogoutParts {
  readonly read: (sessions: readonly string[]) => Promise<readonly Reached[]>;
  readonly catalogue: () => CatalogueSnapshot;
  readonly partners: Pick<PartnerRecords, 'application'>;
  readonly clock: Clock;
  /** What signs a logout request of SAML. */
  readonly saml: Pick<SamlPorts, 'random' | 'seals' | 'keys'>;
}

interface Row extends LogoutRow {
  readonly about: ToldLogout;
}

/** The row of one thing; `here`: it was reached by the session of the browser that looks; `asker`: it ended by itself. */
export function logoutRow(
  reached: Reached,
  catalogue: CatalogueSnapshot,
  { here, asker }: { readonly here: boolean; readonly asker?: string | undefined },
): Row {
  const { session, to, issuer, subject, message } = reached;
  const about = { application: to.id, issuer, session, subject };
  if (catalogue.samlApplications.has(to.id)) {
    const { back, front } = waysToTell(catalogue, about);
    const status = to.id === asker ? 'told' : logoutStatus({ back, front: front && here }, message);
    return { session, to, status, about };
  }
  const frame = here ? frontchannelLogoutUrl(catalogue, about) : undefined;
  const ways = { back: backchannelUri(catalogue, about) !== undefined, front: frame !== undefined };
  return { session, to, status: logoutStatus(ways, message), frame, about };
}

/** The portal's port: waits until nothing may change any more, or nearly two seconds. */
export function logoutProgress({ read, catalogue, partners, clock, saml }: LogoutParts): PortalPorts['logoutProgress'] {
  const pause = (ms: number) => sleep(ms);
  return async ({ sessions, here, asker }) => {
    const whole = (rows: readonly Reached[]) =>
      withPartners(
        catalogue(),
        partners,
        rows.map(({ to }) => to.id),
      );
    const look = async () => {
      const reached = await read(sessions);
      const filled = await whole(reached);
      return reached.map((one) => ({ ...logoutRow(one, filled, { here: one.session === here, asker }), filled }));
    };
    const rows = await awaitProgress(look, { clock, pause, mostMs });
    // A request of SAML is signed when it is shown, not each time that the queue is looked at.
    return rows.map(({ about, filled, ...row }) =>
      row.status === 'asked' && row.frame === undefined
        ? { ...row, frame: logoutFrame({ ...saml, catalogue: () => filled, clock }, about) }
        : row,
    );
  };
}

/** Whether anything is open still after a moment, when no browser's page can tell it. */
export function stillOpen(progress: PortalPorts['logoutProgress']): SamlPorts['stillOpen'] {
  return async (session, asker, inBrowser) =>
    (await progress({ sessions: [session], here: inBrowser ? session : undefined, asker })).some(
      ({ status }) => isOpen(status) || mayChange(status),
    );
}
