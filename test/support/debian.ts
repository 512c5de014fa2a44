// Which of the Debian packages that real peers need are here; a test that misses one is skipped by name.
import { existsSync, readFileSync } from 'node:fs';

interface PackageFact {
  readonly package: string;
  /** A file that is there exactly when the package is installed. */
  readonly proof: string;
  readonly neededFor: string;
}

const packages = JSON.parse(
  readFileSync(new URL('../../bin/debian-packages.json', import.meta.url), 'utf8'),
) as readonly PackageFact[];

/**
 * A reason to skip that names what is missing, or undefined when all are installed:
 * `test('…', { skip: requireDebian('chromium') ?? false }, …)`.
 */
export function requireDebian(...names: readonly string[]): string | undefined {
  const missing = names.filter((name) => {
    const fact = packages.find((known) => known.package === name);
    if (fact === undefined) throw new Error(`add ${name} to bin/debian-packages.json`);
    return !existsSync(fact.proof);
  });
  return missing.length === 0 ? undefined : `needs the Debian package ${missing.join(' and ')}`;
}
