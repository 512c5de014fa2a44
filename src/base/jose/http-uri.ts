// When a DPoP proof's `htu` names the address that was called (RFC 9449 section 4.3 step 9).

const uriCharacters = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/;
const unreserved = /^[A-Za-z0-9\-._~]$/;

/**
 * Whether two http(s) URIs are the same after syntax-based and scheme-based normalisation (RFC 3986 6.2.2, 6.2.3),
 * leaving out query and fragment. Anything else is different: relative references, user information,
 * other schemes, characters outside RFC 3986 (which URL parsers repair, each in its own way).
 */
export function sameHttpUri(one: string, other: string): boolean {
  if (one === other && one === lastPlain) return true;
  const left = normalHttpUri(one);
  if (left === undefined) return false;
  if (one === other) lastPlain = one;
  return one === other || left === normalHttpUri(other);
}
/** The last URI that was the same in every character and found to be plain: nearly every proof names our own spelling. */
let lastPlain: string | undefined;

/** Scheme, host, port and path in normal form, or undefined when it is not a plain absolute http(s) URI. */
export function normalHttpUri(uri: string): string | undefined {
  if (!uriCharacters.test(uri) || !/^https?:\/\/[^/]/i.test(uri)) return undefined;
  const url = URL.parse(uri);
  // By the text, not by url.username: the parser drops an empty `@` in silence.
  if (url === null || /^[^/]*\/\/[^/?#]*@/.test(uri)) return undefined;
  const path = normalEscapes(url.pathname);
  return path === undefined ? undefined : `${url.protocol}//${url.host}${path}`;
}

/** RFC 3986 6.2.2.1 and 2: escapes in upper case, and none for an unreserved character. */
function normalEscapes(path: string): string | undefined {
  if (!path.includes('%')) return path;
  if (/%(?![0-9A-Fa-f]{2})/.test(path)) return undefined;
  return path.replace(/%[0-9A-Fa-f]{2}/g, (triplet) => {
    const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16));
    return unreserved.test(character) ? character : triplet.toUpperCase();
  });
}
