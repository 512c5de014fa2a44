// The `Client-Cert` and `Client-Cert-Chain` headers of RFC 9440, certificates that a TLS proxy passes on, and `Client-Cert-OCSP` beside them.

/** Headers as node:http gives them: lower-case names, a list when one came more than once. */
type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export type ForwardedCertificates =
  | { readonly kind: 'absent' }
  | { readonly kind: 'malformed'; readonly reason: string }
  /** Leaf first. */
  | { readonly kind: 'present'; readonly chain: readonly Buffer[] };

const mostCertificates = 8;
// RFC 8941 3.3.5: a byte sequence is base64 between colons; parameters (3.1.2) are not used by RFC 9440.
const byteSequence = /^:((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?):$/;

function decode(item: string): Buffer | undefined {
  const found = byteSequence.exec(item)?.[1];
  return found === undefined || found.length === 0 ? undefined : Buffer.from(found, 'base64');
}

/**
 * Reads both headers. The caller must first have made sure that the request comes from a configured proxy
 * (RFC 9440 section 4); `Client-Cert` twice is refused, since a proxy that appends instead of replacing lets a forged one through.
 */
export function readClientCertHeaders(headers: Headers): ForwardedCertificates {
  const leafHeader = headers['client-cert'];
  const chainHeader = headers['client-cert-chain'];
  if (leafHeader === undefined)
    return chainHeader === undefined ? { kind: 'absent' } : { kind: 'malformed', reason: 'chain without certificate' };
  if (typeof leafHeader !== 'string') return { kind: 'malformed', reason: 'Client-Cert came more than once' };
  const leaf = decode(leafHeader.replace(/^ +| +$/g, ''));
  if (leaf === undefined) return { kind: 'malformed', reason: 'Client-Cert is not one byte sequence' };
  // RFC 9440 2.3: a list, which may be spread over several header lines.
  const joined = chainHeader === undefined ? '' : typeof chainHeader === 'string' ? chainHeader : chainHeader.join(',');
  const rest: Buffer[] = [];
  for (const item of joined === '' ? [] : joined.split(',')) {
    const certificate = decode(item.replace(/^[ \t]+|[ \t]+$/g, ''));
    if (certificate === undefined)
      return { kind: 'malformed', reason: 'Client-Cert-Chain is not a list of byte sequences' };
    if (rest.push(certificate) >= mostCertificates) return { kind: 'malformed', reason: 'too many certificates' };
  }
  return { kind: 'present', chain: [leaf, ...rest] };
}

/** DER of an OCSPResponse about the client certificate, or why what came is none. */
export type StapledOcsp = { readonly der: Buffer } | { readonly fault: 'stapledMalformed' | 'stapledTooLarge' };

/** Octets of DER; an answer with its responder's certificate has one to three thousand. */
export const mostStapledBytes = 6 * 1024;

/**
 * Reads `Client-Cert-OCSP`, our own name: the OCSP answer that was stapled to the client's certificate (RFC 8446 4.4.2.1),
 * as a byte sequence like those of RFC 9440; the colons may be left out. The caller has made sure of the proxy.
 */
export function readStapledHeader(headers: Headers): StapledOcsp | undefined {
  const header = headers['client-cert-ocsp'];
  if (header === undefined) return undefined;
  if (typeof header !== 'string') return { fault: 'stapledMalformed' };
  const value = header.replace(/^ +| +$/g, '');
  // What the proxy writes for a client that stapled nothing.
  if (value === '' || value === '::') return undefined;
  if (value.length > Math.ceil(mostStapledBytes / 3) * 4 + 2) return { fault: 'stapledTooLarge' };
  const der = decode(value.startsWith(':') ? value : `:${value}:`);
  return der === undefined ? { fault: 'stapledMalformed' } : { der };
}

/** The headers without those of this file: what every request from elsewhere than a configured proxy becomes. */
export function withoutClientCertHeaders<H extends Headers>(
  headers: H,
): Omit<H, 'client-cert' | 'client-cert-chain' | 'client-cert-ocsp'> {
  const { 'client-cert': _leaf, 'client-cert-chain': _chain, 'client-cert-ocsp': _stapled, ...rest } = headers;
  return rest;
}

/** The `Client-Cert` value of a certificate, as a proxy writes it. */
export const clientCertValue = (der: Buffer): string => `:${der.toString('base64')}:`;
