// The words that settings are described with: TypeBox schemas of a few kinds, with hints for forms and marks for secrets.
import Type, { type Static, type TNumberOptions, type TSchema, type TSchemaOptions } from 'typebox';

/** What every description may carry beside its type. */
export interface Hints {
  /** The field's name in a form. */
  readonly title?: string;
  /** One sentence below the field. */
  readonly description?: string;
  /** What is allowed, in words; shown when a value is refused. */
  readonly allowed?: string;
  /** Never shown: not in a diff, not in an export, not in a message. */
  readonly secret?: boolean;
  /** Which control a form draws; absent = by type. */
  readonly control?: 'multiline' | 'colour' | 'password' | 'reference' | 'localized' | 'certificates';
  /** The kind of item that a `reference` names, for example `issuer`. */
  readonly refersTo?: string;
}

// TypeBox keeps keywords that it does not know; its types name only its own.
const asOptions = (given: object) => given as TSchemaOptions;

interface TextHints extends Hints {
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Anchored regular expression. */
  readonly pattern?: string;
  readonly default?: string;
}

/** Text of 1 to 1000 characters unless told otherwise. */
export const text = (given: TextHints = {}) => Type.String({ minLength: 1, maxLength: 1000, ...given });

/** One of a closed list of words. */
export const oneOf = <const Word extends string>(
  words: readonly Word[],
  given: Hints & { default?: NoInfer<Word> } = {},
) => Type.Unsafe<Word>(Type.Enum([...words], asOptions(given)));

/** Exactly this word (or true, or false): tells the variants of a union apart. */
export const word = <const Word extends string | boolean>(value: Word) => Type.Literal(value);

export const flag = (given: Hints & { default?: boolean } = {}) => Type.Boolean(asOptions(given));

export const wholeNumber = (given: Hints & { minimum?: number; maximum?: number; default?: number } = {}) =>
  Type.Integer(given as TNumberOptions);

export const list = <Item extends TSchema>(
  item: Item,
  given: Hints & { minItems?: number; maxItems?: number; uniqueItems?: boolean; default?: [] } = {},
) => Type.Array(item, { maxItems: 10_000, ...given });

/** Members by name; what is not named is refused. */
export const record = <Members extends Record<string, TSchema>>(
  members: Members,
  given: Hints & { default?: object } = {},
) => Type.Object(members, { additionalProperties: false, ...given });

/** Any names that match the pattern, each with a value of one description. */
export const namedValues = <Item extends TSchema>(
  item: Item,
  given: Hints & { names?: string; default?: object } = {},
) => {
  const { names, ...hints } = given;
  return Type.Record(Type.String({ pattern: names ?? '^.{1,200}$' }), item, { additionalProperties: false, ...hints });
};

/** One of several variants. Records among them are told apart by a member that is a `word` or by a member only they have. */
export const either = <Variants extends TSchema[]>(variants: [...Variants], given: Hints = {}) =>
  Type.Union(variants, asOptions(given));

export const optional = Type.Optional;

/** JSON of any shape: arrays, objects, texts, numbers, true, false, null. */
export const anyJson = (given: Hints = {}) => Type.Unsafe<unknown>(Type.Unknown(asOptions(given)));

export type { Static, TSchema };
