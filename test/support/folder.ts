// Temporary folders for tests, removed afterwards.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new empty folder, and how to remove it with all it holds. */
export function temporaryFolder(name = 'test'): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(realpathSync(tmpdir()), `tillit-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }) };
}
