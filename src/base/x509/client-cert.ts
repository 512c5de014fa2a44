// The `Client-Cert` and `Client-Cert-Chain` headers of RFC 9440: certificates that a TLS proxy passes on.

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

/** The headers without `Client-Cert` and `Client-Cert-Chain`: what every request from elsewhere than a configured proxy becomes. */
export function withoutClientCertHeaders<H extends Headers>(headers: H): Omit<H, 'client-cert' | 'client-cert-chain'> {
  const { 'client-cert': _leaf, 'client-cert-chain': _chain, ...rest } = headers;
  return rest;
}

/** The `Client-Cert` value of a certificate, as a proxy writes it. */
export const clientCertValue = (der: Buffer): string => `:${der.toString('base64')}:`;
