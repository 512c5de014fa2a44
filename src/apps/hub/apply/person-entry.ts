// One person of an applied file, checked and put into the forms that the store has.
import { parse } from '../../../base/schema/index.ts';
import { instantOf } from '../../../core/catalogue/index.ts';
import {
  type Assignment,
  accountNamespace,
  type FullPersonEntry,
  isPersonalNumberNamespace,
  normaliseIdentity,
  normaliseUsername,
  type Organisation,
  type Person,
  personSchema,
  type Unit,
} from '../../../core/directory/index.ts';
import type { IdentityVault } from '../../../edge/store/hub/identity-vault.ts';
import type { Entry, FileProblem } from './entry.ts';

/** An identity that a file writes out. */
export interface WantedIdentity {
  readonly namespace: string;
  readonly value: string;
  /** Every lookup under which it may be stored, the current one first. */
  readonly lookups: readonly string[];
  readonly at: number;
}

/** A person as a file wants them; `undefined` members are not said. */
export interface WantedPerson {
  readonly entry: Entry;
  readonly person: Person;
  readonly assignments: readonly Assignment[];
  readonly identities: readonly WantedIdentity[];
  /** Namespaces of which what is there stays. */
  readonly keptNamespaces: readonly { readonly namespace: string; readonly at: number }[];
  readonly username?: string | undefined;
  readonly passwordFile?: string | undefined;
}

export type PersonReading =
  | { readonly kind: 'wanted'; readonly wanted: WantedPerson }
  /** A masked person: stays as it is. */
  | { readonly kind: 'kept'; readonly id: string; readonly entry: Entry }
  | { readonly kind: 'wrong'; readonly problems: readonly FileProblem[] };

export interface PersonContext {
  readonly organisations: ReadonlyMap<string, Organisation>;
  readonly units: ReadonlyMap<string, Unit>;
  readonly vault: IdentityVault;
}

export function readPerson(entry: Entry, context: PersonContext): PersonReading {
  const parsed = parse(personSchema, entry.value);
  if (!parsed.ok)
    return { kind: 'wrong', problems: parsed.problems.map(({ path, message }) => entry.problem(path, message)) };
  const { value } = parsed;
  if (!('givenName' in value)) return { kind: 'kept', id: value.id, entry };
  const problems: FileProblem[] = [];
  const identities = readIdentities(value, entry, context.vault, problems);
  const assignments = value.assignments.map((given, at) =>
    readAssignment(value.id, given, at, entry, context, problems),
  );
  const repeated = assignments.findIndex(({ id }, at) =>
    assignments.some((other, before) => before < at && other.id === id),
  );
  if (repeated >= 0) problems.push(entry.problem(['assignments', repeated, 'id'], 'is there twice'));
  const username = value.username === undefined ? undefined : normaliseUsername(value.username);
  if (value.username !== undefined && username === undefined) {
    problems.push(entry.problem(['username'], 'write letters, digits and . _ @ + - between them, at most 64'));
  }
  if (value.passwordFile !== undefined && value.username === undefined) {
    problems.push(entry.problem(['passwordFile'], 'needs a username beside it'));
  }
  if (problems.length > 0) return { kind: 'wrong', problems };
  const { id, givenName, familyName, locale, closed, protectedIdentity, attributes } = value;
  return {
    kind: 'wanted',
    wanted: {
      entry,
      person: { id, givenName, familyName, locale, closed, protectedIdentity, attributes },
      assignments,
      ...identities,
      username,
      passwordFile: value.passwordFile,
    },
  };
}

function readIdentities(
  value: FullPersonEntry,
  entry: Entry,
  vault: IdentityVault,
  problems: FileProblem[],
): Pick<WantedPerson, 'identities' | 'keptNamespaces'> {
  const identities: WantedIdentity[] = [];
  const keptNamespaces: { namespace: string; at: number }[] = [];
  for (const [at, identity] of value.identities.entries()) {
    const path = ['identities', at];
    if (identity.namespace === accountNamespace) {
      // The account's identity follows from the username; saying it again is no harm.
      const same =
        'value' in identity &&
        value.username !== undefined &&
        normaliseUsername(identity.value) === normaliseUsername(value.username);
      if (!same)
        problems.push(entry.problem(path, `${accountNamespace} follows from \`username\`: write that instead`));
    } else if ('hidden' in identity) keptNamespaces.push({ namespace: identity.namespace, at });
    else {
      const normal = normaliseIdentity(identity.namespace, identity.value);
      if (!normal.ok) problems.push(entry.problem([...path, 'value'], `${identity.namespace}: ${normal.message}`));
      else
        identities.push({
          namespace: identity.namespace,
          value: normal.value,
          lookups: vault.lookups({ namespace: identity.namespace, value: normal.value }),
          at,
        });
    }
  }
  return { identities, keptNamespaces };
}

function readAssignment(
  person: string,
  given: FullPersonEntry['assignments'][number],
  at: number,
  entry: Entry,
  { organisations, units }: PersonContext,
  problems: FileProblem[],
): Assignment {
  const wrong = (member: string, message: string) => problems.push(entry.problem(['assignments', at, member], message));
  if (!organisations.has(given.organisation)) wrong('organisation', `there is no organisation ${given.organisation}`);
  const unit = given.unit === undefined ? undefined : units.get(given.unit);
  if (given.unit !== undefined && !unit) wrong('unit', `there is no unit ${given.unit}`);
  if (unit && unit.organisation !== given.organisation) wrong('unit', `unit ${unit.id} is of ${unit.organisation}`);
  const [from, until] = (['from', 'until'] as const).map((member) => {
    const text = given[member];
    const instant = text === undefined ? undefined : instantOf(text);
    if (text !== undefined && instant === undefined) wrong(member, `${text} is not in the calendar`);
    return instant;
  });
  if (from !== undefined && until !== undefined && from >= until) wrong('until', 'is not after `from`');
  const { from: _from, until: _until, ...rest } = given;
  return { ...rest, person, from, until };
}

/** What a diff may show of an identity. */
export const shownIdentity = (namespace: string, lookup: string): string =>
  isPersonalNumberNamespace(namespace) ? '(hidden)' : lookup;
