// Revocation lists and authorities' certificates over plain HTTP: what is fetched is signed by itself (RFC 5280 8).
import type { HttpResponse, Route } from '../../../base/http/index.ts';
import { Problem } from '../../../base/problem.ts';

export interface Published {
  /** The newest list of an authority, DER. */
  list(authority: string): Buffer | undefined;
  /** Its certificate, DER. */
  certificate(authority: string): Buffer | undefined;
}

/** Caches on the way keep a list so long: with it, what is revoked is seen within a minute. */
const listSeconds = 15;

const bytes = (type: string, body: Buffer, seconds: number): HttpResponse => ({
  status: 200,
  headers: { 'content-type': type, 'cache-control': `public, max-age=${seconds}`, 'x-content-type-options': 'nosniff' },
  body,
});

const nameOf = (file: string | undefined, ending: string): string =>
  file?.endsWith(ending) ? file.slice(0, -ending.length) : '';
const nothing = (): Problem => new Problem({ kind: 'notFound', code: 'notFound' });

export const publishRoutes = (published: Published): readonly Route[] => [
  {
    method: 'GET',
    path: '/crl/:file',
    handle({ params }) {
      const list = published.list(nameOf(params.file, '.crl'));
      if (list === undefined) throw nothing();
      return bytes('application/pkix-crl', list, listSeconds); // RFC 2585 4.2
    },
  },
  {
    method: 'GET',
    path: '/aia/:file',
    handle({ params }) {
      const der = published.certificate(nameOf(params.file, '.cer'));
      if (der === undefined) throw nothing();
      return bytes('application/pkix-cert', der, 86_400); // RFC 2585 4.1
    },
  },
];
