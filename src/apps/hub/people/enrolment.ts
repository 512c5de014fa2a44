// Sources of people at a login: who is unknown is enrolled by a rule, and who was told of before is asked about anew.
import type pg from 'pg';
import type { CatalogueSnapshot, EnrolmentRule } from '../../../core/catalogue/index.ts';
import type { PersonSource, SubjectKey, ToldPerson } from '../../../core/directory/index.ts';
import type { Enrolment } from '../../../core/journey/index.ts';
import { askedBy, keysOf } from '../../../core/linking/index.ts';
import type { IdentityVault } from '../../../edge/store/hub/identity-vault.ts';
import { takeInStore } from '../../../edge/store/hub/take-in.ts';
import { identitiesOf, toldOf } from '../../../edge/store/hub/told-people.ts';
import { askSource, isUnavailable } from './ask-source.ts';
import { syncDue } from './sync.ts';
import { type TakeInParts, type TakeInWish, type TakenInAs, takeInRecords } from './take-in.ts';

export interface EnrolmentParts extends Omit<TakeInParts, 'store'> {
  readonly pool: pg.Pool;
  readonly vault: IdentityVault;
  /** A source by its id in the catalogue; undefined: there is none. */
  readonly sourceOf: (id: string) => PersonSource | undefined;
  /** Ends what a source does not give any more, or holds it when it is too much at once. */
  readonly endMissing: () => Promise<void>;
  readonly failed: (source: string, error: unknown) => void;
}

export interface EnrolmentDesk extends Enrolment {
  /** Asks about somebody now, by everything that the source knows them by. */
  freshenBy(person: string, rule: EnrolmentRule, about?: TakeInWish['about']): Promise<TakenInAs | undefined>;
  /** Takes records in that came some other way, as a change feed. */
  takeIn(wish: TakeInWish): Promise<TakenInAs>;
  /** One round of everybody whose turn it is; answers how many were asked about. */
  syncDue(): Promise<number>;
}

/** A source that did not answer is not waited for again at once by those who are here already. */
const silentMs = 5000;
/** Nor is what contradicts itself taken in anew at once. */
const refusedMs = 60_000;

export function enrolmentDesk(parts: EnrolmentParts): EnrolmentDesk {
  const { pool, vault, clock, sourceOf, snapshot } = parts;
  const takeInParts: TakeInParts = { ...parts, store: takeInStore(pool, vault) };
  const silentUntil = new Map<string, number>();

  const ask = async (source: string, keys: readonly SubjectKey[]) => {
    try {
      return await askSource(source, sourceOf(source), keys);
    } catch (thrown) {
      silentUntil.set(source, clock() + silentMs);
      parts.failed(source, thrown);
      throw thrown;
    }
  };
  const take = (wish: TakeInWish): Promise<TakenInAs> => takeInRecords(takeInParts, wish);
  const freshenBy: EnrolmentDesk['freshenBy'] = async (person, rule, about) => {
    const asked = await identitiesOf(pool, vault, person, rule.identifier);
    if (asked.length === 0) return undefined;
    return await take({ rule, person, asked, proven: [], about, records: await ask(rule.source, asked) });
  };
  /** What is missing at a login ends before the login goes on, unless it is held. */
  const endedAtLogin = async (taken: TakenInAs | undefined): Promise<void> => {
    if (taken?.kind === 'taken' && taken.missing > 0) await parts.endMissing();
  };

  return {
    freshenBy,
    takeIn: take,
    async arrive({ rule, evidence, linked, about }) {
      const proven = askedBy(evidence, rule);
      const isHeld = proven.every((key) =>
        linked?.by.some((one) => one.namespace === key.namespace && one.value === key.value),
      );
      if (
        linked !== undefined &&
        isHeld &&
        (await toldOf(pool, linked.person)).some((one) => one.source === rule.source)
      )
        return { kind: 'asBefore' };
      try {
        const own = linked === undefined ? [] : await identitiesOf(pool, vault, linked.person, rule.identifier);
        const asked = [...proven, ...own.filter((key) => !proven.some((one) => one.value === key.value))];
        const records = await ask(rule.source, asked);
        const taken = await take({ rule, records, asked, proven: keysOf(evidence), person: linked?.person, about });
        await endedAtLogin(taken);
        return taken.kind === 'taken' ? { kind: 'taken' } : taken;
      } catch (thrown) {
        if (isUnavailable(thrown)) return { kind: 'refused', reason: 'source.unavailable', check: 'source.answers' };
        throw thrown;
      }
    },
    async freshen(person, words, about) {
      const changed = await Promise.all(words.map((word) => freshenWord(person, word, about)));
      return changed.includes(true);
    },
    syncDue: () => syncDue(parts, freshenBy),
  };

  async function freshenWord(person: string, { rule, source }: ToldPerson, about: TakeInWish['about']) {
    const record = ruleOf(snapshot(), rule);
    const again = `${source} ${person}`;
    const isTooSoon = [source, again].some((each) => clock() < (silentUntil.get(each) ?? 0));
    if (record === undefined || isTooSoon) return false;
    try {
      const taken = await freshenBy(person, record, about);
      await endedAtLogin(taken);
      // Each page of the login would ask again, and say so in the trail.
      if (taken?.kind === 'refused') silentUntil.set(again, clock() + refusedMs);
      else silentUntil.delete(again);
      return taken !== undefined;
    } catch (thrown) {
      if (isUnavailable(thrown)) return false;
      throw thrown;
    }
  }
}

const ruleOf = ({ enrolmentRules }: CatalogueSnapshot, id: string): EnrolmentRule | undefined => enrolmentRules.get(id);
