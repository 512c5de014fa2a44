// TLS of the card listener: BCP 195 only, and nothing that lets a pulled card go on (no tickets, no cache, no renegotiation).
import { constants } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';

/** RFC 9325 4.2: ECDHE with AEAD; the TLS 1.3 suites of RFC 8446. */
export const cardCiphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
].join(':');

/** Options of every context of the listener, the default one and those chosen by server name alike. */
export const cardTlsSettings: SecureContextOptions = {
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.3',
  ciphers: cardCiphers,
  honorCipherOrder: true,
  ecdhCurve: 'X25519:P-256:P-384',
  // Measured in Chromium: with tickets a card that was pulled stays authenticated, even on a new connection (C8).
  secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_COMPRESSION,
};
