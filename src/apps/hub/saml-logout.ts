// Wires single logout with SAML providers: our logouts go on to them, and theirs end what rests on their logins.
import type { Clock } from '../../base/clock.ts';
import { newReference, systemRandom } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import type { CatalogueSnapshot } from '../../core/catalogue/index.ts';
import { recordOnly } from '../../core/commit/index.ts';
import { samlLoginKeyOwner } from '../../core/issuing/index.ts';
import type { PartnerRecords } from '../../core/metadata/index.ts';
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
  readonly partners: Pick<PartnerRecords, 'provider'>;
  readonly hubUrl: string;
  readonly catalogue: () => CatalogueSnapshot;
  readonly sessions: SessionPorts;
}

function logoutPorts({ keys, partners, hubUrl, catalogue }: Omit<SamlLogoutParts, 'clock' | 'sessions'>): LogoutPorts {
  return {
    own: samlEntity(hubUrl),
    random: systemRandom,
    signingKey: () => keys.signing(samlLoginKeyOwner, 'RS256'),
    providerOf: async (entityId) => {
      const found = [...catalogue().providers.values()].find(({ saml }) => saml?.entityId === entityId);
      const partner = found?.saml && (await partners.provider({ ...found, saml: found.saml }));
      return partner?.ok ? partner.record : undefined;
    },
  };
}

/** The id of the request that a logout with this state is: what an answer must name. */
const requestIdOf = (stateHash: string): string => `_${stateHash}`;

/** SAML providers that hear of this session's end, and where the browser ends the login there. */
export async function samlLogoutsOf(
  parts: Omit<SamlLogoutParts, 'sessions'>,
  session: Session,
): Promise<readonly UpstreamLogout[]> {
  return await Promise.all(
    samlProofs(session, parts.catalogue()).map(
      async ({ provider: { id, ...rest }, facts }): Promise<UpstreamLogout> => {
        const partner = await parts.partners.provider({ id, ...rest });
        const provider = partner.ok ? partner.record : undefined;
        // A record by hand that passes logouts on has a place for them; metadata may have lost it.
        if (!provider?.saml.singleLogout.some(({ binding }) => binding === 'redirect'))
          return { provider: id, address: undefined };
        const address = async (relayState: string): Promise<string> => {
          const { logoutUrl } = await loadSaml();
          const given = { requestId: requestIdOf(relayState), relayState, now: parts.clock() };
          const url = await logoutUrl(logoutPorts(parts), provider, facts, given);
          if (url === undefined)
            throw new Problem({ kind: 'internal', code: 'internal', detail: `${id} has no place for logouts` });
          return url;
        };
        return { provider: id, stateInCookie: true, address };
      },
    ),
  );
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
      const provider = await ports.providerOf(came.message.claimedIssuer ?? '');
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
