// Wires single logout with SAML providers: our logouts go on to them, and theirs end what rests on their logins.
import { type Clock, hourMs } from '../../base/clock.ts';
import { newReference, systemRandom } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import { type Keyring, open, seal } from '../../base/sealing/index.ts';
import type { CatalogueSnapshot } from '../../core/catalogue/index.ts';
import { recordOnly } from '../../core/commit/index.ts';
import { samlLoginKeyOwner } from '../../core/issuing/index.ts';
import type { PartnerRecords } from '../../core/metadata/index.ts';
import { type Session, type SessionPorts, samlProofs, takeUpstreamLogout } from '../../core/sessions/index.ts';
import type { LogoutMessage, LogoutPorts } from '../../edge/connectors/saml/index.ts';
import type { UpstreamLogout } from '../../edge/web/portal/index.ts';
import { type CarriedSamlLogout, type SamlLogoutPorts, samlLogoutDonePath } from '../../edge/web/upstream/index.ts';
import type { StillOpen } from './logout-progress.ts';
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
  readonly seals: Keyring;
  readonly stillOpen: StillOpen;
}

function logoutPorts({
  keys,
  partners,
  hubUrl,
  catalogue,
}: Pick<SamlLogoutParts, 'keys' | 'partners' | 'hubUrl' | 'catalogue'>): LogoutPorts {
  return {
    own: samlEntity(hubUrl),
    random: systemRandom,
    signingKey: () => keys.signing(samlLoginKeyOwner, 'RS256'),
    decryptionKeys: () => keys.decrypting(),
    providerOf: async (entityId) => {
      const found = [...catalogue().providers.values()].find(({ saml }) => saml?.entityId === entityId);
      const partner = found?.saml && (await partners.provider({ ...found, saml: found.saml }));
      return partner?.ok ? partner.record : undefined;
    },
  };
}

/** SAML providers that hear of this session's end, and where the browser ends the login there. */
export async function samlLogoutsOf(
  parts: Pick<SamlLogoutParts, 'clock' | 'keys' | 'partners' | 'hubUrl' | 'catalogue'>,
  session: Session,
): Promise<readonly UpstreamLogout[]> {
  return await Promise.all(
    samlProofs(session, parts.catalogue()).map(async ({ provider: record, facts }): Promise<UpstreamLogout> => {
      const { id } = record;
      const partner = await parts.partners.provider(record);
      const provider = partner.ok ? partner.record : undefined;
      // A record by hand that passes logouts on has a place for them; metadata may have lost it.
      if (!provider?.saml.singleLogout.some(({ binding }) => binding === 'redirect' || binding === 'post'))
        return { provider: id, address: undefined };
      const address: UpstreamLogout['address'] = async (relayState) => {
        const { logoutDeparture } = await loadSaml();
        const going = await logoutDeparture(logoutPorts(parts), provider, facts, { relayState, now: parts.clock() });
        if (going === undefined)
          throw new Problem({ kind: 'internal', code: 'internal', detail: `${id} has no place for logouts` });
        return going.kind === 'redirect' ? going.url : going.form;
      };
      return { provider: id, stateInCookie: true, address };
    }),
  );
}

const purpose = 'saml upstream logout';
/** The page after logout may stay open while somebody reads it. */
const lifeMs = hourMs;

/** What a browser carries between our addresses of logouts: sealed, and for a while. */
function carrying({ seals, clock }: Pick<SamlLogoutParts, 'seals' | 'clock'>) {
  return {
    seal: (carried: CarriedSamlLogout): string => {
      const bytes = Buffer.from(JSON.stringify({ carried, until: clock() + lifeMs }));
      return seal(seals, purpose, '', bytes).toString('base64url');
    },
    unseal: (text: string): CarriedSamlLogout | undefined => {
      const opened = open(seals, purpose, '', Buffer.from(text, 'base64url'));
      if (!opened.ok) return undefined;
      const { carried, until } = JSON.parse(opened.bytes.toString()) as { carried: CarriedSamlLogout; until: number };
      return clock() < until ? carried : undefined;
    },
  };
}

/** Whether an address that came back by way of a page is one that we made for a logout of this provider. */
export function ownUpstreamTarget(
  parts: Pick<SamlLogoutParts, 'seals' | 'clock' | 'hubUrl'>,
  { provider, uri }: { readonly provider: string; readonly uri: string },
): string | undefined {
  const start = `${samlLogoutDonePath(samlEntity(parts.hubUrl).logoutUrl)}?to=`;
  const carried = uri.startsWith(start) ? carrying(parts).unseal(uri.slice(start.length)) : undefined;
  return carried?.kind === 'taken' && carried.taken.provider === provider ? uri : undefined;
}

/** Takes what came to our address of logouts, and answers it. */
export function samlLogoutPorts(
  parts: SamlLogoutParts,
): Pick<SamlLogoutPorts, 'clock' | 'take' | 'answer' | 'seal' | 'unseal' | 'stray'> {
  const { clock, sessions, catalogue } = parts;
  const ports = logoutPorts(parts);

  async function refused(provider: string | undefined, check: string): Promise<void> {
    const about = { kind: 'session.logoutReceived', at: clock(), reference: newReference() } as const;
    await sessions.commit(recordOnly([{ ...about, outcome: 'refused', body: { provider, check } }]));
  }

  return {
    clock,
    ...carrying(parts),
    stray: () => refused(undefined, 'saml.relayState'),

    async take(input) {
      const { readLogout } = await loadSaml();
      const came = await readLogout(ports, input, clock());
      if (came.kind === 'refused') {
        await refused(came.provider, came.check);
        return { kind: 'refused' };
      }
      if (came.kind === 'answer') return { kind: 'answered', state: came.relayState, ended: came.ended };
      const ended = await endAll(came);
      if (ended === undefined) return { kind: 'refused' };
      return { kind: 'taken', taken: { ...came.asked, provider: came.provider.id, sessions: ended } };
    },

    async answer({ sessions: ended, provider: id, ...asked }, passed) {
      const { logoutAnswer } = await loadSaml();
      const provider = catalogue().providers.get(id);
      const partner = provider?.saml && (await parts.partners.provider({ ...provider, saml: provider.saml }));
      if (partner?.ok !== true) return undefined;
      const open = await parts.stillOpen({ sessions: ended, asker: { kind: 'provider', id }, passed });
      return await logoutAnswer(ports, partner.record, asked, open, clock());
    },
  };

  /**
   * Every session that the request names: those of its indexes, or without them all of the person (SAML Core 3.7.1). Each
   * counts once, so that a request that comes again after it broke off ends the rest; undefined when nothing was left of it.
   */
  async function endAll({
    provider,
    request,
    oneUse,
  }: Extract<LogoutMessage, { kind: 'request' }>): Promise<readonly string[] | undefined> {
    const { id, nameId, sessionIndexes, issueInstant: at } = request;
    const kept = catalogue().settings.lifetimes.journey + beyondJourneySeconds;
    const of = { provider: provider.id, issuer: provider.saml.entityId, subject: nameId.value, at };
    const ends = sessionIndexes.length === 0 ? [of] : sessionIndexes.map((session) => ({ ...of, session }));
    let ended: readonly string[] | undefined;
    for (const [nth, end] of ends.entries()) {
      const notice = { end, jti: `${id} ${nth}`, expiresAt: oneUse.until, reference: newReference() };
      const taken = await takeUpstreamLogout(sessions, notice, kept);
      if (taken.kind === 'ended') ended = [...new Set([...(ended ?? []), ...taken.sessions])];
    }
    return ended;
  }
}
