// What can go wrong with a backup or restore, as one closed list of codes with a plain sentence for each.
import { Problem } from '../../../base/problem.ts';

export type BackupProblem =
  | 'backup.file'
  | 'backup.noSchema'
  | 'backup.fileExists'
  | 'backup.notABackup'
  | 'backup.newerFormat'
  | 'backup.damaged'
  | 'backup.targetNotEmpty'
  | 'backup.otherMigration'
  | 'backup.otherTables'
  | 'backup.busy'
  | 'backup.failed';

const texts: Readonly<Record<BackupProblem, string>> = {
  'backup.file': 'The backup file cannot be read or written; nothing was changed.',
  'backup.noSchema': 'There is nothing to back up: the database has no tables of ours.',
  'backup.fileExists': 'The file exists already; a backup never overwrites one.',
  'backup.notABackup': 'The file is not a backup of this program.',
  'backup.newerFormat': 'The backup was made by a newer program.',
  'backup.damaged': 'The backup file is damaged or cut short; nothing was changed.',
  'backup.targetNotEmpty': 'The database already holds tables of ours; restore fills an empty one only.',
  'backup.otherMigration': 'The backup needs another version of the program.',
  'backup.otherTables': 'The tables of the backup are not those that this program makes; nothing was changed.',
  'backup.busy': 'A hub is starting on this database, or another restore runs; nothing was changed.',
  'backup.failed': 'The restore failed; the database is as empty as before.',
};

/** A Problem whose detail is written for the operator. */
export function backupProblem(code: BackupProblem, seen = '', cause?: unknown): Problem<BackupProblem> {
  return new Problem({ kind: 'invalid', code, detail: `${texts[code]} ${seen}`.trim(), cause });
}

/** What the file system says (POSIX names), as a Problem that tells of the file; anything else as it is. */
export function asFileProblem(error: unknown, file: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string' || typeof syscall !== 'string' || !/^E[A-Z0-9]+$/.test(code)) return error;
  return syscall === 'connect' ? error : backupProblem('backup.file', `(${file}: ${reasons[code] ?? code})`, error);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  EACCES: 'it is not allowed to us',
  EPERM: 'it is not allowed to us',
  EROFS: 'it is on a disk that can only be read',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the disk reports an error',
};
