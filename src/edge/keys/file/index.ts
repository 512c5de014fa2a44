// Public face of edge/keys/file.
export { addMasterKey, openKeyring, useNewestMasterKey } from './keyring-file.ts';
