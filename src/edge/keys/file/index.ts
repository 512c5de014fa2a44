// Public face of edge/keys/file.
export { openKeyring, rotateKeyring } from './keyring-file.ts';
