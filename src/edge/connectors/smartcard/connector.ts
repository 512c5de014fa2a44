// The smart card as a connector: asks for the card listener, and turns the shown chain into evidence or a refusal.
import type { Clock, EpochMs } from '../../../base/clock.ts';
import { newId } from '../../../base/ids.ts';
import type { Population, Provider } from '../../../core/catalogue/index.ts';
import type { ConnectorAnswer, PageConnector, Reply } from '../../../core/journey/index.ts';
import type { CertificateFacts, DerivedProof, Evidence } from '../../../core/linking/index.ts';
import { type Card, standingRefusal } from '../../../core/ordering/index.ts';
import {
  type CertificateDecision,
  holderNames,
  judgeCertificate,
  namedDevices,
  type StatusCaches,
} from '../../../core/trust/index.ts';
import { type Assurance, type CardReason, lowerOf, reaches } from '../../../wire/codes/index.ts';

type Accepted = Extract<CertificateDecision, { ok: true }>;

/** What a session keeps of an accepted certificate, enough for `recheckCertificate`; without the anchor, which is configured. */
export const certificateFacts = (
  decision: Accepted,
  card?: OrderedCard,
  derived?: CertificateFacts['derived'],
): CertificateFacts => ({
  population: decision.populationId,
  certificateClass: decision.certificateClass,
  fingerprint: decision.fingerprint,
  issuer: decision.issuerDn,
  serial: decision.serial,
  notAfter: decision.notAfter,
  cardNumber: decision.cardNumber,
  ...(derived === undefined ? {} : { derived }),
  ...(card === undefined ? {} : { card: { id: card.id, isFirst: card.state === 'received' } }),
  chain: decision.path.slice(0, -1).map(({ der }) => der.toString('base64')),
  statusCheckedAt: decision.statusCheckedAt,
  grace: decision.grace,
  withoutDelta: decision.withoutDelta,
  stapled: decision.stapled,
});

// RFC 8176: a card with its PIN is two factors; below substantial nothing vouches for the PIN.
const methodsAt = (assurance: Assurance): readonly string[] =>
  reaches(assurance, 'substantial') ? ['sc', 'pin', 'mfa'] : ['sc'];

function toEvidence(decision: Accepted, card: OrderedCard | undefined, provider: Provider, now: number): Evidence {
  const assurance = lowerOf(decision.assurance, provider.maximumAssurance);
  return {
    id: newId(now),
    connector: 'smartcard',
    provider: provider.id,
    subject: decision.subject,
    alternates: decision.alternates,
    methods: methodsAt(assurance),
    assurance,
    provenAt: now,
    displayName: holderNames(decision.certificate).displayName,
    certificate: certificateFacts(decision, card),
  };
}

/**
 * The certificate of a device rests on a card login: that is when its person was proven, and what it counts for at most. It
 * is a key that we know (RFC 8176 `pop`); whether hardware holds it, and who unlocked the device, nobody vouches for.
 */
function derivedEvidence(
  decision: Accepted,
  { proof, provenAt }: Extract<DerivedStanding, { kind: 'good' }>,
  provider: Provider,
  now: number,
): Evidence {
  const evidence = toEvidence(decision, undefined, provider, now);
  return {
    ...evidence,
    methods: ['pop', 'derived'],
    assurance: lowerOf(evidence.assurance, proof.assurance),
    provenAt,
    certificate: certificateFacts(decision, undefined, proof),
  };
}

async function toAnswer(
  decision: CertificateDecision,
  { cardOf, derivedOf }: Pick<SmartcardParts, 'cardOf' | 'derivedOf'>,
  provider: Provider,
  now: number,
): Promise<ConnectorAnswer> {
  if (decision.ok) {
    if (namedDevices(decision.certificate).length > 0) {
      const standing = await derivedOf(decision.fingerprint);
      if (standing.kind === 'good')
        return { kind: 'proven', evidence: derivedEvidence(decision, standing, provider, now) };
      const { populationId: population, fingerprint } = decision;
      return { kind: 'refused', reason: standing.reason, detail: { population, fingerprint, check: standing.check } };
    }
    const card = await cardOf(decision.fingerprint);
    const reason = card && standingRefusal(card, decision.fingerprint);
    if (reason === undefined) return { kind: 'proven', evidence: toEvidence(decision, card, provider, now) };
    const { populationId: population, fingerprint } = decision;
    return { kind: 'refused', reason, detail: { population, fingerprint, card: card?.id, check: 'cardStanding' } };
  }
  const last = decision.explanation[decision.explanation.length - 1];
  return {
    kind: 'refused',
    reason: decision.code,
    detail: {
      population: decision.populationId,
      fingerprint: decision.fingerprint,
      check: last?.check,
      because: last?.because,
      ...(decision.stapled === undefined ? {} : { stapled: decision.stapled }),
    },
  };
}

/** A card that was ordered here. */
export type OrderedCard = Pick<Card, 'id' | 'state' | 'withdrawn'>;
/** Port: the card that a certificate (SHA-256, hexadecimal) is on; undefined: none that was ordered here. */
export type CardOf = (fingerprint: string) => Promise<OrderedCard | undefined>;

/** How a certificate of a device stands now. */
export type DerivedStanding =
  | { readonly kind: 'good'; readonly proof: DerivedProof; readonly provenAt: EpochMs }
  | { readonly kind: 'refused'; readonly reason: CardReason; readonly check: string };
/** Port: the certificate of a device, by its fingerprint; one that is not known here is refused. */
export type DerivedOf = (fingerprint: string) => Promise<DerivedStanding>;

interface SmartcardParts {
  readonly populations: () => Iterable<Population>;
  readonly caches: StatusCaches;
  readonly clock: Clock;
  readonly maxStatusAgeMs: () => number;
  readonly cardOf: CardOf;
  readonly derivedOf: DerivedOf;
}

/**
 * Makes the connector. `populations` gives every configured population at the moment of asking; a provider accepts
 * those that it lists. `maxStatusAgeMs` is how old a list's or an OCSP answer's last confirmation may be.
 */
export function smartcardConnector(given: SmartcardParts): PageConnector {
  return {
    kind: 'smartcard',
    begin: (provider) => ({ kind: 'card', populations: provider.populations }),
    async reply(provider: Provider, reply: Reply, now: number): Promise<ConnectorAnswer> {
      if (reply.kind !== 'card') return { kind: 'refused', reason: 'card.noCertificate' };
      const decision = await judgeCertificate(
        {
          chain: reply.chain,
          stapled: reply.stapled,
          populations: [...given.populations()],
          accepted: provider.populations,
          maxAgeMs: given.maxStatusAgeMs(),
          ...given.caches,
        },
        given.clock,
      );
      return toAnswer(decision, given, provider, now);
    },
  };
}
