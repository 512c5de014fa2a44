// What policy sees of a request's context: codes and numbers that rules can name.

/** Each list may be empty; `none` in a rule matches an empty one. */
export interface ContextConditions {
  /** Organisation numbers and departments that the person works at, from the unit up. */
  readonly workplaces: readonly string[];
  /** Codes of the profession that the person acts in (Volven 9060). */
  readonly professions: readonly string[];
  /** Codes of what the information is used for. */
  readonly purposes: readonly string[];
}

/** What a request's context adds to the common minimum of every ticket (N9). */
export interface ContextMinimum {
  /** The organisation that details name, and the unit of it. */
  readonly named?: { readonly parent: string; readonly child?: string | undefined } | undefined;
  /** The organisation that the application always speaks for. */
  readonly represented?: { readonly parent?: string | undefined; readonly child?: string | undefined } | undefined;
  /** Who acts for that organisation. */
  readonly supplier?: string | undefined;
  /** Code of what the information is used for. */
  readonly purpose?: string | undefined;
}

export const noConditions: ContextConditions = { workplaces: [], professions: [], purposes: [] };

const joined = (lists: readonly (readonly string[] | undefined)[]): readonly string[] => [
  ...new Set(lists.flatMap((list) => list ?? [])),
];

/** The conditions of several details together. */
export const conditionsOf = (parts: readonly Partial<ContextConditions>[]): ContextConditions => ({
  workplaces: joined(parts.map(({ workplaces }) => workplaces)),
  professions: joined(parts.map(({ professions }) => professions)),
  purposes: joined(parts.map(({ purposes }) => purposes)),
});
