// Wires logouts that come from upstream providers: the record says which are taken, the connector judges, sessions end.
import type { Clock } from '../../base/clock.ts';
import { newReference } from '../../base/ids.ts';
import type { CatalogueSnapshot, Upstream } from '../../core/catalogue/index.ts';
import { recordOnly } from '../../core/commit/index.ts';
import { endUpstream, type SessionPorts, takeUpstreamLogout } from '../../core/sessions/index.ts';
import { type LogoutVerdict, longestSession, type UpstreamProvider } from '../../edge/connectors/oidc/index.ts';
import { callbackPath } from '../../edge/web/login/index.ts';
import { upstreamBackPath } from '../../edge/web/portal/index.ts';
import {
  backchannelLogoutPath,
  frontchannelLogoutPath,
  type UpstreamLogoutPorts,
} from '../../edge/web/upstream/index.ts';
import { clientKeysPath, type UpstreamFaces } from './upstream.ts';

/** A login may take as long as its journey, and a little more to be committed. */
export const beyondJourneySeconds = 60;

/** By the clock of a provider that says nothing of the time: it may be ahead of ours. */
const clockLeewayMs = 10_000;

function upstreamProvider({ providers }: CatalogueSnapshot, id: string): UpstreamProvider | undefined {
  const provider = providers.get(id);
  return provider?.upstream === undefined ? undefined : { ...provider, upstream: provider.upstream };
}

export interface UpstreamLogoutParts {
  readonly clock: Clock;
  readonly catalogue: () => CatalogueSnapshot;
  readonly sessions: SessionPorts;
  readonly judge: UpstreamFaces['judgeLogout'];
  /** Of the hub. */
  readonly origin: string;
}

/** The ports of the routes. */
export function upstreamLogoutPorts(parts: UpstreamLogoutParts): UpstreamLogoutPorts {
  const { clock, catalogue, sessions } = parts;

  /** Why a token was not taken, for the trail. */
  async function refused(provider: string, verdict: Exclude<LogoutVerdict, { kind: 'ended' }>): Promise<void> {
    const { kind, ...why } = verdict;
    const outcome = kind === 'refused' ? 'refused' : 'failed';
    const about = { kind: 'session.logoutReceived', at: clock(), outcome, reference: newReference() } as const;
    await sessions.commit(recordOnly([{ ...about, body: { provider, ...why } }]));
  }

  return {
    clock,

    async backchannel(id, token) {
      const provider = upstreamProvider(catalogue(), id);
      if (provider?.upstream.backchannelLogout !== true) return 'closed';
      const verdict = await parts.judge(provider, token, clock());
      if (verdict.kind !== 'ended') {
        await refused(id, verdict);
        return verdict.kind;
      }
      const { kind: _ended, ...said } = verdict;
      const keptSeconds = catalogue().settings.lifetimes.journey + beyondJourneySeconds;
      const taken = await takeUpstreamLogout(sessions, { ...said, reference: newReference() }, keptSeconds);
      return taken.kind === 'ended' ? 'ended' : 'refused';
    },

    async frontchannel(id, { issuer, session }) {
      const provider = upstreamProvider(catalogue(), id);
      if (provider?.upstream.frontchannelLogout !== true) return undefined;
      const { origin } = new URL(provider.upstream.issuer);
      const taken = issuer === provider.upstream.issuer && session.length >= 1 && session.length <= longestSession;
      if (taken) {
        const at = clock() + clockLeewayMs;
        await endUpstream(sessions, { provider: id, issuer, session, at }, newReference());
      }
      return { taken, origin };
    },

    registration(id) {
      const provider = upstreamProvider(catalogue(), id);
      return provider && registrationOf(provider.id, provider.upstream, parts.origin);
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
