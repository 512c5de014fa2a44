// Public face: write a backup file, check one, restore one.
export { type BackupGiven, type BackupResult, writeBackup } from './backup.ts';
export type { BackupFile, BackupHeader } from './file-format.ts';
export type { BackupProblem } from './problems.ts';
export { type RestoreGiven, type RestoreResult, restoreBackup } from './restore.ts';
export { type VerifiedBackup, verifyBackup } from './verify.ts';
