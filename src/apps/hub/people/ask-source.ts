// Asks a source of people, within a bounded time; what it gives is one list without doubles.
import { Problem } from '../../../base/problem.ts';
import type { PersonSource, SourcePerson, SubjectKey } from '../../../core/directory/index.ts';

/** How long a login waits for a source. */
export const longestAskMs = 2000;

const unavailable = (source: string, why: string): Problem =>
  new Problem({ kind: 'unavailable', code: 'unavailable', detail: `source ${source}: ${why}` });

/** Rejects with `unavailable` when the source is not there, is late, or does not answer whole: never the same as none. */
export async function askSource(
  id: string,
  source: PersonSource | undefined,
  keys: readonly SubjectKey[],
  mostMs = longestAskMs,
): Promise<readonly SourcePerson[]> {
  if (source === undefined) throw unavailable(id, 'the catalogue does not know it');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable(id, `no answer within ${mostMs} ms`)), mostMs);
  });
  try {
    const found = await Promise.race([Promise.all(keys.map((key) => source.find(key))), late]);
    const byKey = new Map(found.flat().map((record) => [`${record.key.namespace} ${record.key.value}`, record]));
    return [...byKey.values()];
  } finally {
    clearTimeout(timer);
  }
}

export const isUnavailable = (thrown: unknown): boolean => thrown instanceof Problem && thrown.kind === 'unavailable';
