// Wires what is done in one press at the counter: a soft card, and a temporary card in place of one that is missing.
import type pg from 'pg';
import type { CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import {
  type ActionInput,
  type Card,
  cardStates,
  isOpen,
  madeAtOnce,
  mayOrderAfter,
  temporarySteps,
  wishedCard,
} from '../../../core/ordering/index.ts';
import type { Session } from '../../../core/sessions/index.ts';
import {
  cardFacts,
  orderWithSteps,
  type StepDone,
  type StepWish,
  takeCardStep,
} from '../../../edge/store/hub/card-steps.ts';
import { findCards } from '../../../edge/store/hub/cards.ts';
import type { CardDesk, CardLine, SoftCardDone } from '../../../edge/web/portal/index.ts';
import { type MadeKeys, makeKeys, softFile } from './soft-card.ts';

export interface CounterParts {
  readonly pool: pg.Pool;
  readonly catalogue: () => CatalogueSnapshot;
  readonly clock: () => number;
  readonly wishOf: (session: Session, input: ActionInput) => StepWish;
  /** The card, when this session may see it. */
  readonly seenBy: (session: Session, id: string) => Promise<Card | undefined>;
  readonly linesOf: (cards: readonly Card[]) => Promise<readonly CardLine[]>;
  /** What a search is for, within the organisations of who searches. */
  readonly searchOf: (person: string, words: string) => Promise<Parameters<typeof findCards>[1]>;
}

/** Who looks for one person at the counter needs no more. */
const mostMissing = 10;
const mostLookedAt = 50;
/** An ended card may be one that was lost yesterday. */
const mayBeMissing = cardStates.filter((state) => ['received', 'inUse', 'suspended', 'ended'].includes(state));

export function counter(parts: CounterParts): Pick<CardDesk, 'makeSoft' | 'missing' | 'temporary'> {
  const { pool, catalogue, clock, wishOf } = parts;
  const profileOf = ({ profile }: Card) => catalogue().cardProfiles.get(profile);

  async function fileOf(step: StepDone, { keys }: MadeKeys): Promise<SoftCardDone> {
    if (step.kind === 'refused') return { kind: 'refused', code: step.code };
    if (step.kind === 'unknown') return { kind: 'unknown' };
    const population = catalogue().populations.get(profileOf(step.card)?.population ?? '');
    const made = await softFile({ pool, card: step.card, keys, population });
    if (made === undefined) return { kind: 'late' };
    const [line] = await parts.linesOf([made.card]);
    return { ...made, kind: 'made', holder: line?.holder ?? '' };
  }

  return {
    async makeSoft(session, id, seen) {
      const card = await parts.seenBy(session, id);
      const profile = card && profileOf(card);
      if (card === undefined || profile === undefined) return { kind: 'unknown' };
      const keys = makeKeys(profile);
      const wish = wishOf(session, { requests: keys.requests, soft: true });
      return fileOf(await takeCardStep(pool, id, 'requestCertificates', wish, seen), keys);
    },

    async missing(session, { words, card }) {
      const asked = card === '' ? undefined : await parts.seenBy(session, card);
      const search = { ...(await parts.searchOf(session.person, words)), states: mayBeMissing };
      const found = asked === undefined ? await findCards(pool, search, mostLookedAt) : [asked];
      const open = found.filter(isOpen);
      const wish = wishOf(session, {});
      const able: Card[] = [];
      for (const each of found) {
        // Beside the card that somebody uses, those that they lost before are of no interest.
        const newer =
          !isOpen(each) && open.some(({ holder, profile }) => holder === each.holder && profile === each.profile);
        if (!newer && mayOrderAfter(await cardFacts(pool, each, wish), 'temporary')) able.push(each);
        if (able.length === mostMissing) break;
      }
      return parts.linesOf(able);
    },

    async temporary(session, { id, card, why, document }) {
      const before = await parts.seenBy(session, card);
      const profile = before && profileOf(before);
      if (before === undefined || profile === undefined) return { kind: 'unknown' };
      const keys = madeAtOnce(profile) ? makeKeys(profile) : undefined;
      const { profile: kind, holder, organisation } = before;
      const order = { orderedBy: session.person, orderedAt: clock(), temporary: true, replaces: before.id };
      const wished = wishedCard({ id, profile: kind, holder, organisation, ...order });
      const steps = temporarySteps({ card: id, before, why, document, requests: keys?.requests });
      const done = await orderWithSteps(pool, wished, steps, wishOf(session, {}));
      if (keys !== undefined) return fileOf(done, keys);
      return done.kind === 'refused' ? { kind: 'refused', code: done.code } : { kind: done.kind };
    },
  };
}
