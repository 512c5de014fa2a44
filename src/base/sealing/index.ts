// Public face of base/sealing: what is made from the master keys.
export { deriveKey } from './derive.ts';
export { keyedHash, keyedHashes, lastingHash } from './keyed-hash.ts';
export { type Keyring, keyringOf, type MasterKey } from './keyring.ts';
export { checkNonce, issueNonce } from './nonce.ts';
export { type Opened, open, seal, sealedBy } from './seal.ts';
