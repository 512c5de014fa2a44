// Why a controller was not reached, in words for who sets it up: with what to change where that is known.

/** Codes of Node's sockets, name look-ups and TLS (OpenSSL's names for what is wrong with a certificate). */
const words: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such name is known: see `controllers`, and the name service of this machine',
  EAI_AGAIN: 'the name service does not answer',
  ECONNREFUSED: 'nothing listens there: LDAPS has port 636',
  ECONNRESET: 'it broke the connection off: is there TLS on this port?',
  EHOSTUNREACH: 'there is no way there from this machine',
  ENETUNREACH: 'there is no way there from this machine',
  ETIMEDOUT: 'it does not answer in time',
  EPROTO: 'it does not speak TLS there: LDAPS has port 636',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there: LDAPS has port 636',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name: write that name into `controllers`',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: are the clocks right?',
};
/** All that OpenSSL says of a certificate that nobody known vouches for. */
const unvouched = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
];

/** What went wrong, or the words of whoever threw it. */
export function reachWords(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'no answer';
  const { code } = thrown as { readonly code?: unknown };
  if (typeof code === 'string') {
    if (unvouched.includes(code)) return 'nobody who is trusted vouches for its certificate: see `tlsAuthorities`';
    const known = words[code];
    if (known !== undefined) return known;
  }
  return /tim(?:ed? ?out|eout)/i.test(thrown.message) ? 'it does not answer in time' : thrown.message;
}
