// Public face: the smart card connector and where its revocation lists come from.
export { certificateFacts, smartcardConnector } from './connector.ts';
export { folderCrlStore } from './folder-crl-store.ts';
export { type CrlFetchLimits, defaultCrlLimits, httpCrlSource } from './http-crl-source.ts';
