// Public face of edge/keys/ca.
export { type CaKeyKind, caKeyKinds, makeSealedKey, openSealedKey, shortestPassphrase } from './sealed-key.ts';
