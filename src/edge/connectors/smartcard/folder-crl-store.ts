// Shares revocation lists between the hub's processes and starts: one file a list in a folder, replaced whole.
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CrlStore, StoredCrl } from '../../../core/trust/index.ts';

const newline = 0x0a;

function decode(file: Buffer): StoredCrl | undefined {
  const end = file.indexOf(newline);
  if (end < 0) return undefined;
  const head: unknown = JSON.parse(file.subarray(0, end).toString('utf8'));
  if (typeof head !== 'object' || head === null || !('fetchedAt' in head) || typeof head.fetchedAt !== 'number')
    return undefined;
  const text = (name: string): string | undefined => {
    const value = (head as Record<string, unknown>)[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    der: file.subarray(end + 1),
    fetchedAt: head.fetchedAt,
    etag: text('etag'),
    lastModified: text('lastModified'),
  };
}

/** A store in `folder` (made with mode 0700). A file that is missing or cannot be read counts as no list. */
export function folderCrlStore(folder: string): CrlStore {
  const fileOf = (key: string) => join(folder, `${createHash('sha256').update(key).digest('hex')}.crl`);
  return {
    async load(key) {
      try {
        return decode(await readFile(fileOf(key)));
      } catch {
        return undefined;
      }
    },
    async save(key, { der, fetchedAt, etag, lastModified }) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const fresh = join(folder, `.${randomBytes(8).toString('hex')}`);
      try {
        const head = Buffer.from(`${JSON.stringify({ fetchedAt, etag, lastModified })}\n`);
        await writeFile(fresh, Buffer.concat([head, der]), { mode: 0o600, flag: 'wx' });
        await rename(fresh, fileOf(key));
      } catch (thrown) {
        await rm(fresh, { force: true });
        throw thrown;
      }
    },
  };
}
