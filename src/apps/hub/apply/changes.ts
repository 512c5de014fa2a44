// What applying changes: one record an item, with lines that a person can read and no secret in them.
import { createHash, type Hash } from 'node:crypto';

export const changeActions = ['create', 'change', 'remove', 'close'] as const;
export type ChangeAction = (typeof changeActions)[number];

/** One member that differs. Absent `from` or `to`: it was or will be not there. */
export interface ChangedMember {
  readonly path: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface Change {
  readonly action: ChangeAction;
  /** A section's kind, for example `application` or `person`. */
  readonly kind: string;
  readonly id: string;
  readonly members: readonly ChangedMember[];
}

/** Kind -> action -> how many. */
export type ChangeCounts = Readonly<Record<string, Readonly<Partial<Record<ChangeAction | 'unchanged', number>>>>>;

const hidden = '(hidden)';

/** The members in which two documents differ; `secret` tells which paths are never shown. */
export function compare(
  from: unknown,
  to: unknown,
  secret: (path: string) => boolean = () => false,
): readonly ChangedMember[] {
  const before = flatten(from);
  const after = flatten(to);
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    const [a, b] = [before.get(path), after.get(path)];
    if (a === b) return [];
    const shown = (text: string | undefined) => (text === undefined ? undefined : secret(path) ? hidden : text);
    return [{ path, from: shown(a), to: shown(b) }];
  });
}

/** Every value with its path; an empty list or mapping counts as a value. */
function flatten(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (typeof value !== 'object' || value === null) {
    if (value !== undefined) into.set(path, JSON.stringify(value));
    return into;
  }
  const members = Object.entries(value).filter(([, own]) => own !== undefined);
  if (members.length === 0 && path !== '') into.set(path, Array.isArray(value) ? '[]' : '{}');
  for (const [name, own] of members)
    flatten(own, Array.isArray(value) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`, into);
  return into;
}

/** Gathers changes: shows each, counts all, and digests them so that two runs can be told to be the same. */
export class ChangeLog {
  readonly #counts: Record<string, Partial<Record<ChangeAction | 'unchanged', number>>> = {};
  readonly #named: Record<string, Partial<Record<ChangeAction, string[]>>> = {};
  readonly #digest: Hash = createHash('sha256');
  readonly #show: (change: Change) => void;
  #total = 0;

  constructor(show: (change: Change) => void) {
    this.#show = show;
  }

  add(change: Change): void {
    this.#total += 1;
    this.#count(change.kind, change.action);
    const ofKind = this.#named[change.kind] ?? {};
    const named = ofKind[change.action] ?? [];
    this.#named[change.kind] = { ...ofKind, [change.action]: named.length < 20 ? [...named, change.id] : named };
    this.#digest.update(`${JSON.stringify(change)}\n`);
    this.#show(change);
  }

  unchanged(kind: string, count = 1): void {
    this.#count(kind, 'unchanged', count);
  }

  get total(): number {
    return this.#total;
  }

  get counts(): ChangeCounts {
    return this.#counts;
  }

  /** The first ids of each kind and action, for the audit. */
  get named(): Readonly<Record<string, Readonly<Partial<Record<ChangeAction, readonly string[]>>>>> {
    return this.#named;
  }

  digest(): string {
    return this.#digest.copy().digest('hex');
  }

  #count(kind: string, what: ChangeAction | 'unchanged', count = 1): void {
    const counts = this.#counts[kind] ?? {};
    counts[what] = (counts[what] ?? 0) + count;
    this.#counts[kind] = counts;
  }
}
