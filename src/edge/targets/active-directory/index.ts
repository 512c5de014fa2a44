// Public face of the Active Directory target.
export { type ActiveDirectory, type ActiveDirectoryOptions, openActiveDirectory } from './active-directory.ts';
export type { DirectoryAccess } from './connection.ts';
export { reachWords } from './reach-words.ts';
