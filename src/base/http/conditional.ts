// A public document that readers keep for a while and ask for again by its ETag (RFC 9110 8.8.3, 13.1.2).
import type { HttpRequest, HttpResponse } from './route.ts';
import { answerHeaders } from './security-headers.ts';

/** True when the reader has it: any of the tags that it names, weak or not. */
const has = (given: string | readonly string[] | undefined, etag: string): boolean => {
  const tags = [given ?? []].flat().flatMap((one) => one.split(','));
  return tags.map((one) => one.trim().replace(/^W\//, '')).some((one) => one === etag || one === '*');
};

/** The document, or 304 for who has it already. */
export function keptDocument(
  { headers }: Pick<HttpRequest, 'headers'>,
  document: { readonly body: string; readonly etag: string },
  given: { readonly contentType: string; readonly maxAgeSeconds: number },
): HttpResponse {
  const { etag, body } = document;
  const kept = { ...answerHeaders, etag, 'cache-control': `public, max-age=${given.maxAgeSeconds}` };
  return has(headers['if-none-match'], etag)
    ? { status: 304, headers: kept, body: '' }
    : { status: 200, headers: { ...kept, 'content-type': given.contentType }, body };
}
