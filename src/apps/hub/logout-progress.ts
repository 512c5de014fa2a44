// What the pages show of a logout: what was reached, by the queue and by the ways that the catalogue has now.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../base/clock.ts';
import type { CatalogueSnapshot } from '../../core/catalogue/index.ts';
import type { PartnerRecords } from '../../core/metadata/index.ts';
import { awaitProgress, logoutStatus, type Reached, type Told } from '../../core/sessions/index.ts';
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
  readonly saml: Pick<SamlPorts, 'seals' | 'keys'>;
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
    const isTold = to.id === asker || reached.told === true;
    const status = isTold ? 'told' : logoutStatus({ back, front: front && here }, message);
    return { session, to, status, about };
  }
  const frame = here ? frontchannelLogoutUrl(catalogue, about) : undefined;
  const ways = { back: backchannelUri(catalogue, about) !== undefined, front: frame !== undefined };
  return { session, to, status: logoutStatus(ways, message), frame, about };
}

/** The portal's port: waits until nothing may change any more, or nearly two seconds. */
export function logoutProgress({ read, catalogue, partners, clock, saml }: LogoutParts): PortalPorts['logoutProgress'] {
  const pause = (ms: number) => sleep(ms);
  return async ({ sessions, here, asker, waited }) => {
    const look = async () => {
      const reached = await read(sessions);
      const ids = reached.map(({ to }) => to.id);
      const filled = await withPartners(catalogue(), partners, ids);
      return reached.map((one) => ({ ...logoutRow(one, filled, { here: one.session === here, asker }), filled }));
    };
    const rows = await awaitProgress(look, { clock, pause, mostMs });
    return rows.map(({ about, filled, ...row }) => {
      if (row.status !== 'asked' || row.frame !== undefined) return row;
      // An application of SAML answers in its frame. A request is signed when it is shown, not each time that we look.
      if (waited) return { ...row, status: 'failed' };
      const frame = logoutFrame({ ...saml, catalogue: () => filled, clock }, about);
      const { url = undefined } = filled.issuers.get(about.issuer) ?? {};
      return { ...row, status: 'pending', frame, frameBack: url && new URL(url).origin };
    });
  };
}

/**
 * Whether something that ended sessions reached is open still after a moment, as far as anybody knows, but for whoever
 * asked: what was only asked in a browser and did not answer counts as open. `passed`: what the page after logout says of
 * providers.
 */
export type StillOpen = (ended: {
  readonly sessions: readonly string[];
  readonly asker: Told;
  readonly passed?: string | undefined;
}) => Promise<boolean>;

/** `providers`: how far the logout has come at the providers that the sessions rest on. */
export function stillOpen(
  progress: PortalPorts['logoutProgress'],
  providers: (sessions: readonly string[], passed?: string, asker?: string) => Promise<readonly LogoutRow[]>,
): StillOpen {
  return async ({ sessions, asker, passed }) => {
    const by = (kind: Told['kind']) => (asker.kind === kind ? asker.id : undefined);
    const all = await Promise.all([
      progress({ sessions, asker: by('application') }),
      providers(sessions, passed, by('provider')),
    ]);
    return all.flat().some(({ status }) => status !== 'told');
  };
}
