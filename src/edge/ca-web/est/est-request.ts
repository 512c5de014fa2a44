// What a system sends: a request in base64, and by HTTP Basic the permit that it was given.
import { type HttpRequest, headerCount, singleHeader } from '../../../base/http/index.ts';
import { mostCsrBytes } from '../../../base/x509/index.ts';

/** A request in base64 with line breaks. */
export const mostBodyBytes = Math.ceil((mostCsrBytes * 3) / 2);

export type CsrBody =
  | { readonly ok: true; readonly csr: Buffer }
  | { readonly ok: false; readonly status: 400 | 415; readonly because: string };

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The DER in a body: base64, whitespace in it is passed over, a Content-Transfer-Encoding says nothing (RFC 8951 3.1). */
export function readCsrBody(request: HttpRequest): CsrBody {
  const type = singleHeader(request, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/pkcs10')
    return {
      ok: false,
      status: 415,
      because: 'send a request for a certificate as application/pkcs10 (RFC 7030 4.2.1)',
    };
  const text = request.body.toString('latin1').replace(/[\r\n\t ]+/g, '');
  if (text === '' || !base64.test(text))
    return { ok: false, status: 400, because: 'the body is not the base64 of a request in DER (RFC 8951 3.1)' };
  return { ok: true, csr: Buffer.from(text, 'base64') };
}

const permitId = /^[0-9A-Z]{4}-[0-9A-Z]{4}$/;
const mostSecretLetters = 100;
const nobody = { id: '', secret: '' } as const;

/** User and password (RFC 7617); undefined when none are given, nobody's when they cannot be those of a permit. */
export function permitOf(request: HttpRequest): { readonly id: string; readonly secret: string } | undefined {
  if (headerCount(request, 'authorization') === 0) return undefined;
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(singleHeader(request, 'authorization') ?? '')?.[1];
  const text = Buffer.from(encoded ?? '', 'base64').toString('latin1');
  const colon = text.indexOf(':');
  const [id, secret] = [text.slice(0, Math.max(0, colon)).toUpperCase(), text.slice(colon + 1)];
  return permitId.test(id) && secret.length <= mostSecretLetters ? { id, secret } : nobody;
}
