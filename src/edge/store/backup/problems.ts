// What can go wrong with a backup or restore, as one closed list of codes with a plain sentence for each.
import { Problem } from '../../../base/problem.ts';

export type BackupProblem =
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
  'backup.noSchema': 'There is nothing to back up: the database has no tables of ours.',
  'backup.fileExists': 'The file exists already; a backup never overwrites one.',
  'backup.notABackup': 'The file is not a backup of this program.',
  'backup.newerFormat': 'The backup was made by a newer program.',
  'backup.damaged': 'The backup file is damaged or cut short; nothing was changed.',
  'backup.targetNotEmpty': 'The database already holds tables of ours; restore fills an empty one only.',
  'backup.otherMigration': 'The backup needs another version of the program.',
  'backup.otherTables': 'The tables of the backup are not those that this program makes; nothing was changed.',
  'backup.busy': 'Another restore is running on this database.',
  'backup.failed': 'The restore failed; the database is as empty as before.',
};

/** A Problem whose detail is written for the operator. */
export function backupProblem(code: BackupProblem, seen = '', cause?: unknown): Problem<BackupProblem> {
  return new Problem({ kind: 'invalid', code, detail: `${texts[code]} ${seen}`.trim(), cause });
}
