// Fetches a document of metadata, bounded, and only when it is another one than we have.
import type { MetadataSource } from '../../../core/catalogue/index.ts';
import { boundedRequest } from '../../../edge/outgoing/http/index.ts';

const mebibyte = 1024 * 1024;

export interface FetchWish {
  readonly source: Pick<MetadataSource, 'privateNetwork'>;
  /** PEM of authorities that are trusted; absent = the system's. */
  readonly authorities?: readonly string[] | undefined;
  readonly timeoutMs: number;
  readonly mostBytes: number;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export type Fetched =
  | {
      readonly kind: 'document';
      readonly bytes: Buffer;
      readonly etag: string | undefined;
      readonly lastModified: string | undefined;
    }
  | { readonly kind: 'notModified' }
  | { readonly kind: 'failed'; readonly detail: string; readonly status?: number };

/** Fetches it. A redirect is not followed (O10); every failure is an answer. */
export async function fetchDocument(address: string, wish: FetchWish): Promise<Fetched> {
  try {
    const { status, headers, body } = await boundedRequest(address, {
      method: 'GET',
      headers: {
        // MDQ SAML profile 2.2; SAML Metadata 4.1.1.
        accept: 'application/samlmetadata+xml',
        'accept-encoding': 'identity',
        ...(wish.etag !== undefined && { 'if-none-match': wish.etag }),
        ...(wish.lastModified !== undefined && { 'if-modified-since': wish.lastModified }),
      },
      timeoutMs: wish.timeoutMs,
      connectTimeoutMs: 5000,
      maxBytes: wish.mostBytes,
      addresses: wish.source.privateNetwork ? 'any' : 'public',
      authorities: wish.authorities,
    });
    if (status === 304) return { kind: 'notModified' };
    if (status !== 200) return { kind: 'failed', status, detail: `status ${status}` };
    if ((headers['content-encoding'] ?? 'identity') !== 'identity')
      return { kind: 'failed', detail: 'it is compressed, which was not asked for' };
    return { kind: 'document', bytes: body, etag: short(headers.etag), lastModified: short(headers['last-modified']) };
  } catch (error) {
    const { code } = error as { code?: unknown };
    return { kind: 'failed', detail: typeof code === 'string' ? code : (error as Error).message };
  }
}

const short = (value: string | undefined): string | undefined =>
  value !== undefined && value.length <= 256 ? value : undefined;

export const bytesOf = (megabytes: number): number => megabytes * mebibyte;
