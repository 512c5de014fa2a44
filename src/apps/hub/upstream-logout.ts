// Wires logouts that come from upstream providers: the record says which are taken, the connector judges, sessions end.
import { secondMs } from '../../base/clock.ts';
import { newReference } from '../../base/ids.ts';
import type { CatalogueSnapshot, Upstream } from '../../core/catalogue/index.ts';
import { recordOnly } from '../../core/commit/index.ts';
import { endUpstream, takeUpstreamLogout } from '../../core/sessions/index.ts';
import type { LogoutVerdict, UpstreamProvider } from '../../edge/connectors/oidc/index.ts';
import { callbackPath } from '../../edge/web/login/index.ts';
import { upstreamBackPath } from '../../edge/web/portal/index.ts';
import {
  type BackchannelOutcome,
  backchannelLogoutPath,
  frontchannelLogoutPath,
  type UpstreamLogoutPorts,
} from '../../edge/web/upstream/index.ts';
import type { Core } from './compose.ts';
import { clientKeysPath } from './upstream.ts';

/** A login may take as long as its journey, and a little more to be committed. */
const beyondJourneySeconds = 60;

const longestSession = 256;

function upstreamProvider({ providers }: CatalogueSnapshot, id: string): UpstreamProvider | undefined {
  const provider = providers.get(id);
  return provider?.upstream === undefined ? undefined : { ...provider, upstream: provider.upstream };
}

/** The ports of the routes. */
export function upstreamLogoutPorts(
  core: Pick<Core, 'clock' | 'catalogue' | 'committer' | 'sessionPorts' | 'upstream'>,
  origin: string,
): UpstreamLogoutPorts {
  const snapshot = core.catalogue.snapshot;

  /** Why a token was not taken, for the trail. */
  async function refused(provider: string, verdict: Exclude<LogoutVerdict, { kind: 'ended' }>): Promise<void> {
    const { kind, ...why } = verdict;
    const outcome = kind === 'refused' ? 'refused' : 'failed';
    const body = { provider, ...why };
    const record = {
      kind: 'session.logoutReceived',
      at: core.clock(),
      outcome,
      reference: newReference(),
      body,
    } as const;
    await core.committer.commit(recordOnly([record]));
  }

  return {
    clock: core.clock,

    async backchannel(id, token): Promise<BackchannelOutcome> {
      const provider = upstreamProvider(snapshot(), id);
      if (provider?.upstream.backchannelLogout !== true) return 'closed';
      const verdict = await core.upstream.judgeLogout(provider, token, core.clock());
      if (verdict.kind !== 'ended') {
        await refused(id, verdict);
        return verdict.kind;
      }
      const { end, jti, expiresAt } = verdict;
      const notice = { end, jti, expiresAt, reference: newReference() };
      const keptSeconds = snapshot().settings.lifetimes.journey + beyondJourneySeconds;
      return (await takeUpstreamLogout(core.sessionPorts, notice, keptSeconds)) === 'ended' ? 'ended' : 'refused';
    },

    async frontchannel(id, { issuer, session }) {
      const provider = upstreamProvider(snapshot(), id);
      if (provider?.upstream.frontchannelLogout !== true) return undefined;
      const { origin: framedBy } = new URL(provider.upstream.issuer);
      const taken = issuer === provider.upstream.issuer && session.length >= 1 && session.length <= longestSession;
      if (taken) {
        // Its clock is unknown here; to the second, it says so now.
        const at = core.clock() + secondMs;
        await endUpstream(core.sessionPorts, { provider: id, issuer, session, at }, newReference());
      }
      return { taken, origin: framedBy };
    },

    registration(id) {
      const provider = upstreamProvider(snapshot(), id);
      return provider && registrationOf(provider.id, provider.upstream, origin);
    },
  };
}

/** Our client at a provider in the words of its registration (OIDC Registration 2, both logouts 2.2 and 3). */
function registrationOf(id: string, upstream: Upstream, origin: string): object {
  const { authentication, clientId, passLogout, backchannelLogout, frontchannelLogout } = upstream;
  const byKey = authentication.method === 'private_key_jwt';
  return {
    client_id: clientId,
    redirect_uris: [`${origin}${callbackPath(id)}`],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: authentication.method,
    ...(byKey ? { token_endpoint_auth_signing_alg: authentication.algorithm } : {}),
    ...(byKey ? { jwks_uri: `${origin}${clientKeysPath}` } : {}),
    ...(passLogout ? { post_logout_redirect_uris: [`${origin}${upstreamBackPath}`] } : {}),
    ...(backchannelLogout
      ? {
          backchannel_logout_uri: `${origin}${backchannelLogoutPath(id)}`,
          backchannel_logout_session_required: true,
        }
      : {}),
    ...(frontchannelLogout
      ? {
          frontchannel_logout_uri: `${origin}${frontchannelLogoutPath(id)}`,
          frontchannel_logout_session_required: true,
        }
      : {}),
  };
}
