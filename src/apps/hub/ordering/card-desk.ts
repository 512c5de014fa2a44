// Wires the pages of cards: who may see what, names for ids, and each step with the facts of its moment.
import type pg from 'pg';
import { dayMs } from '../../../base/clock.ts';
import { newReference } from '../../../base/ids.ts';
import { searchWords } from '../../../base/search-words.ts';
import { pemBlocks, provesPossession, readCsr, toPem } from '../../../base/x509/index.ts';
import { type CatalogueSnapshot, ownIssuer } from '../../../core/catalogue/index.ts';
import { administeredScopes, shownName } from '../../../core/directory/index.ts';
import {
  type ActionInput,
  type Card,
  type CardFacts,
  type CardState,
  type CardStep,
  cardActions,
  cardStates,
  hasIdentity,
  isOpen,
  mayOrderAfter,
  possibleActions,
  wishedCard,
} from '../../../core/ordering/index.ts';
import type { Session } from '../../../core/sessions/index.ts';
import { grantsOf, peopleNamed } from '../../../edge/store/hub/administrations.ts';
import { employedNamed } from '../../../edge/store/hub/card-people.ts';
import { type OpenIssuerWork, openIssuerWork } from '../../../edge/store/hub/card-requests.ts';
import { cardFacts, orderCard, type StepDone, takeCardStep } from '../../../edge/store/hub/card-steps.ts';
import {
  cardById,
  cardCertificate,
  cardSteps,
  cardsOf,
  certificatesByHand,
  findCards,
} from '../../../edge/store/hub/cards.ts';
import { organisationNames } from '../../../edge/store/hub/organisation-names.ts';
import type { CardDesk, CardDone, CardFilter, CardLine, IssuerWork } from '../../../edge/web/portal/index.ts';
import { counter } from './counter.ts';

interface Parts {
  readonly pool: pg.Pool;
  readonly catalogue: () => CatalogueSnapshot;
  readonly clock: () => number;
}

type CardTask = 'orderCards' | 'issueCards';

const pageSize = 25;
const waiting: readonly CardState[] = ['ordered', 'approved', 'checked', 'requested', 'made'];
const shownCards: Readonly<
  Record<
    CardFilter,
    { readonly states?: readonly CardState[]; readonly withinDays?: number; readonly byHand?: boolean }
  >
> = {
  open: { states: cardStates.filter((state) => isOpen({ state })) },
  waiting: { states: waiting },
  expiring30: { states: cardActions.expire.from, withinDays: 30 },
  expiring60: { states: cardActions.expire.from, withinDays: 60 },
  expiring90: { states: cardActions.expire.from, withinDays: 90 },
  byHand: { byHand: true },
  all: {},
};

const mostWords = 5;
/** What a search for cards is for: words of their holders' names, a few, or a number of an order, or the beginning of one. */
export function cardSearchOf(text: string): { readonly words: readonly string[]; readonly id: string | undefined } {
  const words = searchWords(text).slice(0, mostWords);
  return {
    // What has no letter or number in it is looked for as it stands, and found nowhere; nothing finds all.
    words: words.length === 0 && text !== '' ? [text] : words,
    id: /^[\w-]{4,64}$/.test(text) ? text : undefined,
  };
}

export function cardDesk({ pool, catalogue, clock }: Parts): CardDesk {
  const profiles = () => catalogue().cardProfiles;
  /** Organisations that this person has one of these tasks over. */
  const over = async (person: string, ...tasks: readonly CardTask[]): Promise<readonly string[]> => {
    const [[found], grants] = await Promise.all([peopleNamed(pool, [person]), grantsOf(pool, person)]);
    return found === undefined ? [] : administeredScopes(grants, { person: found, tasks, now: clock() });
  };

  async function linesOf(cards: readonly Card[]): Promise<readonly CardLine[]> {
    const [people, places] = await Promise.all([
      peopleNamed(pool, [...new Set(cards.map(({ holder }) => holder))]),
      organisationNames(
        pool,
        cards.map(({ organisation }) => organisation),
      ),
    ]);
    const names = new Map(people.map((person) => [person.id, shownName(person)]));
    return cards.map((card) => ({
      card,
      profile: profiles().get(card.profile),
      holder: names.get(card.holder) ?? card.holder,
      organisation: places.get(card.organisation) ?? card.organisation,
    }));
  }

  const wishOf = (session: Session, input: ActionInput) => ({
    from: { person: session.person, session: session.id, reference: newReference() },
    input: { ...input, provenBy: provenBy(session) },
    now: clock(),
    profiles: profiles(),
  });

  /** The holder, and whoever has a task over the card's organisation. */
  const maySee = async (facts: CardFacts): Promise<boolean> => {
    if (facts.acting.kind !== 'person' || facts.acting.person.closed) return false;
    if (facts.acting.person.id === facts.card.holder) return true;
    const mine = await over(facts.acting.person.id, 'orderCards', 'issueCards');
    return [...facts.organisations.keys()].some((organisation) => mine.includes(organisation));
  };

  const seenBy = async (session: Session, id: string): Promise<Card | undefined> => {
    const card = await cardById(pool, id);
    return card !== undefined && (await maySee(await cardFacts(pool, card, wishOf(session, {})))) ? card : undefined;
  };
  const searchOf = async (person: string, words: string) => ({
    organisations: await over(person, 'orderCards', 'issueCards'),
    ...cardSearchOf(words),
  });

  return {
    ...counter({ pool, catalogue, clock, wishOf, seenBy, linesOf, searchOf }),
    async tasks(person) {
      const [orders, issues] = await Promise.all([over(person, 'orderCards'), over(person, 'issueCards')]);
      return { orders: orders.length > 0, issues: issues.length > 0 };
    },
    async byHand(person) {
      const organisations = await over(person, 'issueCards');
      return organisations.length === 0 ? 0 : certificatesByHand(pool, organisations);
    },
    own: async (person) => linesOf(await cardsOf(pool, person)),

    async find(person, { words, show, after }) {
      const { states, withinDays, byHand } = shownCards[show];
      const validBefore = withinDays === undefined ? undefined : clock() + withinDays * dayMs;
      const found = await findCards(
        pool,
        { ...(await searchOf(person, words)), states, validBefore, byHand, after },
        pageSize + 1,
      );
      const page = found.slice(0, pageSize);
      const last = page.at(-1);
      return {
        lines: await linesOf(page),
        next: found.length > pageSize && last ? { orderedAt: last.orderedAt, id: last.id } : undefined,
      };
    },

    async look(session, id) {
      const card = await cardById(pool, id);
      if (card === undefined) return undefined;
      const facts = await cardFacts(pool, card, wishOf(session, {}));
      if (!(await maySee(facts))) return undefined;
      const [[line], steps, open] = await Promise.all([linesOf([card]), cardSteps(pool, id), openIssuerWork(pool, id)]);
      const people = await peopleNamed(pool, [...new Set(steps.flatMap(({ by }) => by ?? []))]);
      const names = new Map(people.map((person) => [person.id, shownName(person)]));
      if (line === undefined) return undefined;
      return {
        ...line,
        steps: steps.map((step) => ({ ...step, name: step.by === undefined ? undefined : names.get(step.by) })),
        actions: possibleActions(facts),
        waitsForIdentity: card.state === 'approved' && line.profile?.flow === 'outside' && !hasIdentity(facts),
        issuerWork: issuerWork(card, steps, open, session.person !== card.holder),
        suspendedHereOnly:
          card.state === 'suspended' && card.certificates.some(({ issuer }) => holdsNothing(catalogue(), issuer)),
        mayOrderTemporary: mayOrderAfter(facts, 'temporary'),
        mayRenew: mayOrderAfter(facts, 'renewal'),
      };
    },

    async certificate(session, id, fingerprint) {
      if ((await seenBy(session, id)) === undefined) return undefined;
      const der = await cardCertificate(pool, id, fingerprint);
      return der && toPem(der);
    },

    async people(person, text) {
      const organisations = await over(person, 'orderCards');
      const found = await employedNamed(pool, organisations, cardSearchOf(text).words, clock(), pageSize + 1);
      return { found: found.slice(0, pageSize), more: found.length > pageSize };
    },

    async order(session, { id, holder, organisation, profile, replaces }) {
      const order = { orderedBy: session.person, orderedAt: clock(), temporary: false, replaces };
      const card = wishedCard({ id, profile, holder, organisation, ...order });
      return doneOf(await orderCard(pool, card, wishOf(session, {})));
    },

    async act(session, id, action, input, seen) {
      const requests = input.requests?.map(readRequest);
      const read = requests?.filter((each) => each !== undefined);
      if (read?.length !== requests?.length) return { kind: 'refused', code: 'order.request' };
      const wish = wishOf(session, { ...input, requests: read });
      // What somebody may not see is not there for them.
      if ((await seenBy(session, id)) === undefined) return { kind: 'unknown' };
      return doneOf(await takeCardStep(pool, id, action, wish, seen));
    },
  };
}

const holdsNothing = ({ certificateIssuers }: CatalogueSnapshot, issuer: string): boolean =>
  issuer !== ownIssuer && certificateIssuers.get(issuer)?.holds !== true;

/** A request that the issuer has not decided has no work under way between two questions. */
function issuerWork(
  card: Card,
  steps: readonly CardStep[],
  open: readonly OpenIssuerWork[],
  shown: boolean,
): readonly IssuerWork[] {
  const waiting = card.state === 'requested' && card.requests.length > 0;
  const asked = steps.findLast(({ action }) => action === 'requestCertificates')?.at;
  const all: readonly OpenIssuerWork[] =
    waiting && asked !== undefined && !open.some(({ kind }) => kind === 'submit')
      ? [{ kind: 'submit', since: asked, failure: undefined }]
      : open;
  return all
    .filter(({ kind }) => kind !== 'submit' || waiting)
    .map((work) => (shown ? work : { ...work, failure: undefined }));
}

const doneOf = (done: StepDone): CardDone =>
  done.kind === 'refused' ? { kind: 'refused', code: done.code } : { kind: done.kind };

/** The card that proved this session's person, if one that was ordered here did. */
const provenBy = ({ evidence }: Session): string | undefined =>
  evidence.findLast(({ certificate }) => certificate?.card !== undefined)?.certificate?.card?.id;

/** PKCS #10 out of what was pasted, DER in base64; undefined when it is none, or not made by whoever has its key (C7). */
function readRequest(text: string): string | undefined {
  const [der, more] = pemBlocks(text, 'CERTIFICATE REQUEST');
  if (der === undefined || more !== undefined) return undefined;
  const reading = readCsr(der);
  return reading.ok && provesPossession(reading.csr) ? der.toString('base64') : undefined;
}
