// Reading entries of the tree: values by the names of their attributes, classes, dates, and what stands above a name.
import type { Entry } from 'ldapts';
import type { EpochMs } from '../../../base/clock.ts';
import { instantOfSource, sourceAway } from '../../../core/directory/index.ts';

export interface TreeEntry {
  readonly name: string;
  readonly all: (attribute: string) => readonly string[];
  readonly one: (attribute: string) => string | undefined;
  readonly instant: (attribute: string) => EpochMs | undefined;
  readonly isA: (objectClass: string) => boolean;
}

export function treeEntry(entry: Entry): TreeEntry {
  const byName = new Map(Object.entries(entry).map(([name, value]) => [name.toLowerCase(), value]));
  const all = (attribute: string): readonly string[] =>
    [byName.get(attribute.toLowerCase()) ?? []]
      .flat()
      .map((value) => (typeof value === 'string' ? value : value.toString('utf8')).trim())
      .filter((value) => value !== '');
  const classes = new Set(all('objectClass').map((name) => name.toLowerCase()));
  return {
    name: entry.dn,
    all,
    one: (attribute) => all(attribute)[0],
    instant: (attribute) => dateOf(all(attribute)[0]),
    isA: (objectClass) => classes.has(objectClass.toLowerCase()),
  };
}

/** Undefined when there is none; one that cannot be read is no answer: it may have been an end. */
export function dateOf(text: string | undefined): EpochMs | undefined {
  if (text === undefined || text === '') return undefined;
  const at = instantOfSource(text);
  if (at === undefined) throw sourceAway('a date that is none');
  return at;
}

/** What stands above a name, nearest first (RFC 4514: a comma in a value is escaped). */
export function namesAbove(name: string): readonly string[] {
  const above: string[] = [];
  for (let rest = name; ; ) {
    const comma = /(?<!\\)(?:\\\\)*,/.exec(rest);
    if (comma === null) return above;
    rest = rest.slice(comma.index + comma[0].length).trim();
    above.push(rest);
  }
}
