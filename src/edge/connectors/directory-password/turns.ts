// One after another for the same account within a hub, so that each sees what the domain has counted before it.

/** Waiting for one account at most: who sends more is not a person. */
const longestLine = 4;

/** Does work in turn by key; undefined when the line is full. */
export function turns() {
  const lines = new Map<string, { length: number; last: Promise<unknown> }>();
  return async <Answer>(key: string, work: (waited: boolean) => Promise<Answer>): Promise<Answer | undefined> => {
    const line = lines.get(key) ?? { length: 0, last: Promise.resolve() };
    if (line.length > longestLine) return undefined;
    const waited = line.length > 0;
    line.length += 1;
    lines.set(key, line);
    const mine = line.last.then(
      () => work(waited),
      () => work(waited),
    );
    line.last = mine;
    try {
      return await mine;
    } finally {
      line.length -= 1;
      if (line.length === 0) lines.delete(key);
    }
  };
}
