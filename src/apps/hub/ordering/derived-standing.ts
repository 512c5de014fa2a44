// How a certificate of a device stands at this moment: gathered for the rule in core/ordering, and kept up with in the background.
import type pg from 'pg';
import type { Clock } from '../../../base/clock.ts';
import type { CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import {
  type CardProof,
  type DerivedCertificate,
  derivedRefusal,
  standingRefusal,
} from '../../../core/ordering/index.ts';
import { recheckCertificate, type StatusCaches } from '../../../core/trust/index.ts';
import type { DerivedOf } from '../../../edge/connectors/smartcard/index.ts';
import { inTransaction } from '../../../edge/store/hub/audit-insert.ts';
import { cardById } from '../../../edge/store/hub/cards.ts';
import { endDerived, tellOfRunOut } from '../../../edge/store/hub/derived-steps.ts';
import { personReader } from '../../../edge/store/hub/directory.ts';
import { derivedBy, keyDevice, liveAfterOutsideCards, liveWithoutGround } from '../../../edge/store/hub/key-devices.ts';

/** How old what an issuer says of a card may be that a device rests on: with the sweep, a revoked card is out within a minute. */
const statusAgeMs = 30_000;

export interface DerivedStandingParts {
  readonly pool: pg.Pool;
  readonly catalogue: () => CatalogueSnapshot;
  readonly caches: StatusCaches;
  readonly clock: Clock;
}

export interface DerivedStandings {
  readonly of: DerivedOf;
  /** Whether the card behind a login is good now: at its issuer, and in its own history where it was ordered here. */
  readonly cardStatus: (
    proof: Pick<CardProof, 'population' | 'chain' | 'card' | 'fingerprint'>,
  ) => Promise<'good' | 'revoked' | 'unknown'>;
  /** Ends what lost its ground without anybody saying so, and the sessions of what ran out. */
  readonly sweep: () => Promise<void>;
}

export function derivedStandings({ pool, catalogue, caches, clock }: DerivedStandingParts): DerivedStandings {
  const people = personReader(pool);

  async function statusOf(proof: Pick<CardProof, 'population' | 'chain'>): Promise<'good' | 'revoked' | 'unknown'> {
    const { populations, settings } = catalogue();
    const given = { ...caches, facts: proof, populations: [...populations.values()] };
    const decision = await recheckCertificate(
      { ...given, maxAgeMs: Math.min(settings.lifetimes.cardRecheck * 1000, statusAgeMs) },
      clock,
    );
    if (decision.ok) return 'good';
    return decision.code === 'card.revocationUnknown' ? 'unknown' : 'revoked';
  }

  async function refusalOf(derived: DerivedCertificate | undefined) {
    if (derived === undefined) return derivedRefusal({ now: clock(), cardStatus: 'unknown' });
    const [device, person, card, cardStatus] = await Promise.all([
      keyDevice(pool, derived.device),
      people.facts(derived.person),
      derived.proof.card === undefined ? undefined : cardById(pool, derived.proof.card),
      statusOf(derived.proof),
    ]);
    return derivedRefusal({ now: clock(), derived, device, person, card, cardStatus });
  }

  return {
    async of(fingerprint) {
      const derived = await derivedBy(pool, { fingerprint });
      const refusal = await refusalOf(derived);
      if (refusal !== undefined) return { kind: 'refused', reason: refusal.reason, check: refusal.check };
      if (derived === undefined) return { kind: 'refused', reason: 'card.derivedEnded', check: 'derived.known' };
      const { id, device, person, assurance, proof } = derived;
      return {
        kind: 'good',
        proof: { id, device, person, assurance, ...(proof.card === undefined ? {} : { card: proof.card }) },
        provenAt: proof.provenAt,
      };
    },
    async cardStatus(proof) {
      const card = proof.card === undefined ? undefined : await cardById(pool, proof.card);
      if (card !== undefined && standingRefusal(card, proof.fingerprint) !== undefined) return 'revoked';
      return statusOf(proof);
    },
    async sweep() {
      await tellOfRunOut(pool, clock());
      for (const { id, why } of await liveWithoutGround(pool, clock()))
        await inTransaction(pool, (client) => endDerived(client, { id }, why, clock()));
      for (const derived of await liveAfterOutsideCards(pool, clock())) {
        const why = (await refusalOf(derived))?.ends;
        if (why !== undefined)
          await inTransaction(pool, (client) => endDerived(client, { id: derived.id }, why, clock()));
      }
    },
  };
}
