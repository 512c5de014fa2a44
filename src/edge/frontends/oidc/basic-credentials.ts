// HTTP Basic as OAuth uses it (RFC 6749 2.3.1): client id and secret out of an Authorization header.
import { type HttpRequest, headerCount, singleHeader } from '../../../base/http/index.ts';

/** RFC 6749 2.3.1: id and secret are form-encoded before they are joined. Undefined when there is no Authorization header, empty texts when it is not such a pair. Never throws. */
export function basicCredentials(request: HttpRequest): { readonly id: string; readonly secret: string } | undefined {
  if (headerCount(request, 'authorization') === 0) return undefined;
  const header = singleHeader(request, 'authorization') ?? '';
  const match = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header);
  if (match?.[1] === undefined) return { id: '', secret: '' };
  const text = Buffer.from(match[1], 'base64').toString('latin1');
  const colon = text.indexOf(':');
  const id = formDecoded(text.slice(0, Math.max(0, colon)));
  const secret = formDecoded(text.slice(colon + 1));
  return colon < 0 || id === undefined || secret === undefined ? { id: '', secret: '' } : { id, secret };
}

function formDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
