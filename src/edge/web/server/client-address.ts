// Who the peer is: the connection's address, or what a configured proxy in front of us says.
import { cidrMatcher, plainAddress } from '../../../base/ip-address.ts';

/** The one header that our proxies set; the other is ignored, since a proxy may pass on what a stranger wrote in it. */
export type ForwardedHeader = 'x-forwarded-for' | 'forwarded';

/** Headers that only a proxy may set. They are taken out before a route sees a request. */
const proxyHeaders = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-real-ip',
] as const;
/** RFC 9440, and the OCSP answer beside them: left in place when a configured proxy sent them, taken out otherwise. */
const certificateHeaders = ['client-cert', 'client-cert-chain', 'client-cert-ocsp'] as const;

type Headers = Record<string, string | readonly string[] | undefined>;

/** The addresses of `for=` in RFC 7239's Forwarded, in order; an obfuscated or unknown one is kept as it is. */
function forwardedFor(text: string): string[] {
  return text.split(',').map((element) => {
    for (const pair of element.split(';')) {
      const found = /^\s*for=(?:"([^"\\]*)"|([^"\s;,]*))\s*$/i.exec(pair);
      const node = found?.[1] ?? found?.[2];
      if (node === undefined) continue;
      return (/^\[([^\]]+)\](?::\d+)?$/.exec(node)?.[1] ?? node.replace(/^([\d.]+):\d+$/, '$1')).trim();
    }
    return '';
  });
}

/** Each hop as the header says it, the nearest last. */
function hopsOf(value: string | readonly string[] | undefined, header: ForwardedHeader): readonly string[] {
  if (value === undefined) return [];
  const text = typeof value === 'string' ? value : value.join(',');
  return header === 'forwarded' ? forwardedFor(text) : text.split(',');
}

/** Peers in one spelling. There are few (proxies, or browsers that keep their connection), and each request asks. */
const plainPeers = new Map<string, string>();

function plainPeer(peer: string): string {
  const known = plainPeers.get(peer);
  if (known !== undefined) return known;
  if (plainPeers.size >= 1000) plainPeers.clear();
  const plain = plainAddress(peer) ?? peer;
  plainPeers.set(peer, plain);
  return plain;
}

function removeHeaders(headers: Headers, names: readonly string[]): void {
  for (const name of names) if (headers[name] !== undefined) headers[name] = undefined;
}

/**
 * Reads who the peer is and takes the proxy headers out. From right to left, the first address that is no
 * configured proxy is the peer; a hop that is not an address ends the walk at the proxy that reported it.
 */
export function readClientAddress(
  headers: Headers,
  peer: string,
  isProxy: (address: string) => boolean,
  header: ForwardedHeader,
): string {
  let address = plainPeer(peer);
  const trusted = isProxy(address);
  if (trusted) {
    const hops = hopsOf(headers[header], header);
    for (let i = hops.length - 1; i >= 0 && isProxy(address); i -= 1) {
      const hop = plainAddress((hops[i] ?? '').trim());
      if (hop === undefined) break;
      address = hop;
    }
  } else {
    removeHeaders(headers, certificateHeaders);
  }
  removeHeaders(headers, proxyHeaders);
  return address;
}

/** A test for proxies whose list may change while we run; parsed again only when the list is another. */
export function proxyTest(list: () => readonly string[]): (address: string) => boolean {
  let known: readonly string[] | undefined;
  let test = (_address: string): boolean => false;
  return (address) => {
    const now = list();
    if (now !== known) {
      test = cidrMatcher(now);
      known = now;
    }
    return test(address);
  };
}
