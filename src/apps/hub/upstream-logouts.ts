// Wires logouts that the browser takes to providers, and the page after a logout that came from one.
import { seeOther } from '../../base/http/index.ts';
import { tokenHash } from '../../base/ids.ts';
import type { SessionStore } from '../../core/sessions/index.ts';
import { browserOf } from '../../edge/web/login/index.ts';
import { loggedOutPath, type PortalPorts, passingOn } from '../../edge/web/portal/index.ts';
import type { SamlLogoutPorts } from '../../edge/web/upstream/index.ts';
import type { Core } from './compose.ts';
import { samlLogoutsOf } from './saml-logout.ts';

/** Providers that a session, live or ended, rests on and that hear of its end. */
export const upstreamLogoutsOf =
  (core: Core): PortalPorts['upstreamLogouts'] =>
  async (id) => {
    const session = await core.sessions.byId(id);
    if (session === undefined) return [];
    const { clock, keys, partners, hubUrl } = core;
    const bySaml = await samlLogoutsOf({ clock, keys, partners, hubUrl, catalogue: core.catalogue.snapshot }, session);
    return [...(await core.upstream.logoutsOf(session, core.catalogue.snapshot())), ...bySaml];
  };

/** For the browser of a session that a provider's logout ended: everybody else is shown nothing. */
export const pageAfterLogout =
  (
    store: Pick<SessionStore, 'bySecretHash'>,
    csrfKey: PortalPorts['csrfKey'],
    forget: PortalPorts['forget'],
  ): SamlLogoutPorts['page'] =>
  async (request, sessions, { provider, uri }) => {
    const { session: cookie } = browserOf(request);
    const found = cookie === undefined ? undefined : await store.bySecretHash(tokenHash(cookie));
    if (found === undefined || !sessions.includes(found.id)) return undefined;
    const all = [found.id, ...sessions.filter((id) => id !== found.id)];
    const to = [['provider', provider] as const, ['uri', uri] as const, passingOn];
    return seeOther(loggedOutPath({ csrfKey }, all, to), forget());
  };
