// Public face: the smart card connector and where its revocation lists and OCSP answers come from.
export { certificateFacts, type DerivedOf, smartcardConnector } from './connector.ts';
export type { FetchLimits } from './fetch-octets.ts';
export { folderCrlStore } from './folder-crl-store.ts';
export { defaultCrlLimits, httpCrlSource } from './http-crl-source.ts';
export { defaultOcspLimits, httpOcspSource } from './http-ocsp-source.ts';
