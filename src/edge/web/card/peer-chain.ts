// The certificates of a request: from TLS, or from a configured proxy's RFC 9440 headers, and from nowhere else (C1).
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { cidrMatcher } from '../../../base/ip-address.ts';
import {
  readClientCertHeaders,
  readStapledHeader,
  type StapledOcsp,
  withoutClientCertHeaders,
} from '../../../base/x509/index.ts';

const mostCertificates = 8;

/** DER of the chain that the peer showed in its TLS handshake, leaf first; empty when it showed none. */
export function shownInTls(socket: TLSSocket): Buffer[] {
  const chain: Buffer[] = [];
  let at: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (at?.raw !== undefined && chain.length < mostCertificates) {
    chain.push(at.raw);
    at = at.issuerCertificate === at ? undefined : at.issuerCertificate;
  }
  return chain;
}

/** A test for configured proxies, whose list may change while we run; parsed again only when the list is another. */
export function proxyTest(list: () => readonly string[]): (address: string) => boolean {
  let known: readonly string[] | undefined;
  let matches = (_address: string): boolean => false;
  return (address) => {
    const now = list();
    if (now !== known) {
      matches = cidrMatcher(now);
      known = now;
    }
    return matches(address);
  };
}

export interface Peer {
  /** Leaf first; empty when no certificate was shown. */
  readonly chain: readonly Buffer[];
  /** What a configured proxy passed on as stapled to the certificate; nobody has looked at it yet. */
  readonly stapled?: StapledOcsp | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** A proxy sent headers that are not of RFC 9440: the request is refused with 400. */
  readonly malformed?: string;
}

/**
 * Who is at the other end. From a configured proxy only its headers count (its own TLS certificate is not the
 * person's); from anywhere else the headers are taken away before anybody sees them (RFC 9440 section 4).
 */
export function peerOf(given: {
  readonly address: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly tlsChain: readonly Buffer[];
  readonly isProxy: (address: string) => boolean;
}): Peer {
  const headers = withoutClientCertHeaders(given.headers);
  if (!given.isProxy(given.address)) return { chain: given.tlsChain, headers };
  const forwarded = readClientCertHeaders(given.headers);
  if (forwarded.kind === 'malformed') return { chain: [], headers, malformed: forwarded.reason };
  if (forwarded.kind === 'absent') return { chain: [], headers };
  return { chain: forwarded.chain, stapled: readStapledHeader(given.headers), headers };
}
