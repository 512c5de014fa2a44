// The access token that a request brings: one, in the Authorization header (RFC 6750 2.1, RFC 9449 7.1).
import { type HttpRequest, isForm, parseForm, parseQuery } from '../../../base/http/index.ts';

export type Scheme = 'DPoP' | 'Bearer';

/** The token of the Authorization header, and how many tokens there are in all: elsewhere they are counted to be refused. */
export function presentedToken(request: HttpRequest): {
  readonly scheme: Scheme | undefined;
  readonly text: string | undefined;
  readonly tokens: number;
} {
  const raw = request.headers.authorization;
  const headers = raw === undefined ? [] : typeof raw === 'string' ? [raw] : raw;
  let tokens = headers.length;
  const query = parseQuery(request.query);
  if (query.ok && query.fields.has('access_token')) tokens += 1;
  if (request.method === 'POST' && isForm(request)) {
    const form = parseForm(request.body);
    if (form.ok && form.fields.has('access_token')) tokens += 1;
  }
  const match = /^(DPoP|Bearer) +([A-Za-z0-9\-._~+/]+=*)$/i.exec(headers[0] ?? '');
  if (match === null) return { scheme: undefined, text: undefined, tokens };
  return { scheme: match[1]?.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', text: match[2], tokens };
}
