// TLS of our listeners by BCP 195 (RFC 9325): TLS 1.2 with ECDHE and AEAD only, TLS 1.3, no renegotiation.
import { constants } from 'node:crypto';
import type { SecureContextOptions, TlsOptions } from 'node:tls';

/** Key and chain of a listener, PEM. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

/** The cipher suites that RFC 9325 4.2 recommends for TLS 1.2 (and FAPI 2.0 SP 5.2.2 allows), after those of TLS 1.3. */
export const bcp195Ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
].join(':');

/** What every TLS context of ours is made with; no client certificates here. */
export const bcp195Context: SecureContextOptions = {
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.3',
  ciphers: bcp195Ciphers,
  ecdhCurve: 'X25519:P-256:P-384',
  honorCipherOrder: true,
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_COMPRESSION,
};

/** The same where programs show a certificate: no ticket, so that each connection shows it again. */
const mutualContext: SecureContextOptions = {
  ...bcp195Context,
  secureOptions: (bcp195Context.secureOptions ?? 0) | constants.SSL_OP_NO_TICKET,
};

/** What a listener's contexts are made with. */
export const contextOf = (asksCertificate: boolean): SecureContextOptions =>
  asksCertificate ? mutualContext : bcp195Context;

/**
 * Options of an HTTPS listener with this certificate. With `asksCertificate` the peer may show one, and proves that it has
 * the key; whose it is, and whether it may come in, is for the routes to say.
 */
export const tlsOptions = (certificate: ServerCertificate, asksCertificate = false): TlsOptions => ({
  ...contextOf(asksCertificate),
  ...(asksCertificate ? { requestCert: true, rejectUnauthorized: false } : {}),
  key: certificate.key,
  cert: certificate.cert,
  ALPNProtocols: ['http/1.1'],
  handshakeTimeout: 10_000,
});
