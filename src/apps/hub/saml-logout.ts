// Wires single logout with SAML providers: our logouts go on to them, and theirs end what rests on their logins.
import type { Clock } from '../../base/clock.ts';
import { newReference, systemRandom } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import type { CatalogueSnapshot } from '../../core/catalogue/index.ts';
import { recordOnly } from '../../core/commit/index.ts';
import { samlLoginKeyOwner } from '../../core/issuing/index.ts';
import { type Session, type SessionPorts, samlProofs, takeUpstreamLogout } from '../../core/sessions/index.ts';
import type { LogoutMessage, LogoutPorts } from '../../edge/connectors/saml/index.ts';
import type { UpstreamLogout } from '../../edge/web/portal/index.ts';
import type { SamlLogoutInput, SamlLogoutOutcome } from '../../edge/web/upstream/index.ts';
import { loadSaml, samlEntity } from './saml-login.ts';
import type { LiveKeys } from './signing.ts';
import { beyondJourneySeconds } from './upstream-logout.ts';

export interface SamlLogoutParts {
  readonly clock: Clock;
  readonly keys: LiveKeys;
  readonly hubUrl: string;
  readonly catalogue: () => CatalogueSnapshot;
  readonly sessions: SessionPorts;
}

function logoutPorts({ keys, hubUrl, catalogue }: Omit<SamlLogoutParts, 'clock' | 'sessions'>): LogoutPorts {
  return {
    own: samlEntity(hubUrl),
    random: systemRandom,
    signingKey: () => keys.signing(samlLoginKeyOwner, 'RS256'),
    providerOf: (entityId) => {
      const found = [...catalogue().providers.values()].find(({ saml }) => saml?.entityId === entityId);
      return found?.saml === undefined ? undefined : { ...found, saml: found.saml };
    },
  };
}

/** The id of the request that a logout with this state is: what an answer must name. */
const requestIdOf = (stateHash: string): string => `_${stateHash}`;

/** SAML providers that hear of this session's end, and where the browser ends the login there. */
export function samlLogoutsOf(parts: Omit<SamlLogoutParts, 'sessions'>, session: Session): readonly UpstreamLogout[] {
  return samlProofs(session, parts.catalogue()).map(({ provider, facts }) => ({
    provider: provider.id,
    stateInCookie: true,
    address: async (relayState) => {
      const { logoutUrl } = await loadSaml();
      const given = { requestId: requestIdOf(relayState), relayState, now: parts.clock() };
      const url = await logoutUrl(logoutPorts(parts), provider, facts, given);
      // The catalogue refuses a record that passes logouts on and has no place for them.
      if (url === undefined)
        throw new Problem({ kind: 'internal', code: 'internal', detail: `${provider.id} has no place for logouts` });
      return url;
    },
  }));
}

/** Takes what came to our address of logouts. */
export const takeSamlLogout = (parts: SamlLogoutParts) => {
  const { clock, sessions, catalogue } = parts;
  const ports = logoutPorts(parts);
  const about = () => ({ kind: 'session.logoutReceived', at: clock(), reference: newReference() }) as const;

  async function refused(provider: string | undefined, check: string): Promise<SamlLogoutOutcome> {
    await sessions.commit(recordOnly([{ ...about(), outcome: 'refused', body: { provider, check } }]));
    return { kind: 'refused' };
  }

  return async (input: SamlLogoutInput, ours: string | undefined): Promise<SamlLogoutOutcome> => {
    const { judgeLogoutAnswer, logoutAnswer, readLogout } = await loadSaml();
    const now = clock();
    const came = await readLogout(ports, input, now);
    if (came.kind === 'refused') return await refused(came.provider, came.check);
    if (came.kind === 'answer') {
      if (ours === undefined || came.relayState !== ours) return await refused(undefined, 'saml.relayState');
      const provider = ports.providerOf(came.message.claimedIssuer ?? '');
      const verdict = provider && judgeLogoutAnswer(ports, came.message, provider, requestIdOf(ours), now);
      return { kind: 'answered', ended: verdict === 'ended' };
    }
    const taken = await endAll(came);
    if (!taken) return { kind: 'refused' };
    const answer = logoutAnswer(ports, came, input.binding, now);
    return { kind: 'taken', answer };
  };

  /**
   * Every session that the request names: those of its indexes, or without them all of the person (SAML Core 3.7.1). Each
   * counts once, so that a request that comes again after it broke off ends the rest; false when nothing was left of it.
   */
  async function endAll({ provider, request, oneUse }: Extract<LogoutMessage, { kind: 'request' }>): Promise<boolean> {
    const { id, nameId, sessionIndexes, issueInstant: at } = request;
    const kept = catalogue().settings.lifetimes.journey + beyondJourneySeconds;
    const of = { provider: provider.id, issuer: provider.saml.entityId, subject: nameId.value, at };
    const ends = sessionIndexes.length === 0 ? [of] : sessionIndexes.map((session) => ({ ...of, session }));
    let taken = false;
    for (const [nth, end] of ends.entries()) {
      const notice = { end, jti: `${id} ${nth}`, expiresAt: oneUse.until, reference: newReference() };
      if ((await takeUpstreamLogout(sessions, notice, kept)) === 'ended') taken = true;
    }
    return taken;
  }
};
