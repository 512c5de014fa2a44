// Public face of edge/keys/ca.
export { type CaKeyKind, caKeyKinds, readTokenKeyFile, refuseToReplace, writeTokenKeyFile } from './key-file.ts';
export { makeTokenKey, type OpenedKey, openTokenKey, type TokenKey } from './pkcs11/token-key.ts';
export type { TokenPlace } from './pkcs11/token-messages.ts';
export { makeSealedKey, openSealedKey, shortestPassphrase } from './sealed-key.ts';
