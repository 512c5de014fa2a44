// Public face of the Active Directory target.
export { type ActiveDirectory, type ActiveDirectoryOptions, openActiveDirectory } from './active-directory.ts';
export { clientOptions, type DirectoryAccess, type DirectoryLimits, usualDirectoryLimits } from './connection.ts';
