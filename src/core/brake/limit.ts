// When a change that ends people must stop and wait: counted in people, against those who are active where it ends them.

/** A change may end this much by itself: at most 20 people and at most 1 % of all, but one person always. */
export const mostEndedAlone = { people: 20, share: 0.01 } as const;

/** True when so many people at once are more likely a fault of a register than true: two people must approve it. */
export const mustWait = (people: number, all: number): boolean =>
  people > mostEndedAlone.people || (all > 0 && people > 1 && people / all > mostEndedAlone.share);

/** Somebody whom a change ends, and the organisations (the tops of their trees) that lose them. */
export interface Affected {
  readonly person: string;
  readonly tops: readonly string[];
}

/** Active people before the change: open, with an assignment now. `all` counts the open ones without one too. */
export interface Population {
  readonly all: number;
  readonly byTop: ReadonlyMap<string, number>;
}

export interface Measure {
  /** Distinct people. */
  readonly people: number;
  readonly waits: boolean;
  /** The count that went over, and where; without an organisation it is that of the whole hub. */
  readonly over?:
    | { readonly people: number; readonly of: number; readonly organisation?: string | undefined }
    | undefined;
}

/**
 * Counts people once each. The 20 hold for the whole change; the 1 % for each organisation tree that loses people, against
 * its own active people: a small clinic beside a large region is not counted against the region. Who belongs nowhere is
 * counted against everybody.
 */
export function measure(affected: readonly Affected[], population: Population): Measure {
  const everybody = new Set(affected.map(({ person }) => person));
  const groups = new Map<string | undefined, Set<string>>();
  for (const { person, tops } of affected)
    for (const top of tops.length === 0 ? [undefined] : tops) {
      const group = groups.get(top) ?? new Set();
      groups.set(top, group.add(person));
    }
  const over = [...groups]
    .map(([organisation, people]) => ({
      organisation,
      people: people.size,
      of: organisation === undefined ? population.all : (population.byTop.get(organisation) ?? 0),
    }))
    .sort((a, b) => b.people - a.people)
    .find(({ people, of }) => mustWait(people, of));
  if (over !== undefined) return { people: everybody.size, waits: true, over };
  if (mustWait(everybody.size, population.all))
    return { people: everybody.size, waits: true, over: { people: everybody.size, of: population.all } };
  return { people: everybody.size, waits: false };
}
