// The OCSP responder over plain HTTP, by POST and by GET (RFC 6960 Appendix A.1).
import type { HttpResponse, Route } from '../../../base/http/index.ts';
import { Problem } from '../../../base/problem.ts';
import { mostOcspRequestBytes, writeOcspFailure } from '../../../base/x509/index.ts';

/** Answers a request, DER in and out; undefined for an authority that is not here. */
export type AnswerStatus = (authority: string, request: Buffer) => Promise<Buffer> | undefined;

const answer = (body: Buffer): HttpResponse => ({
  status: 200,
  headers: {
    'content-type': 'application/ocsp-response',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  },
  body,
});

async function answered(answerStatus: AnswerStatus, authority: string | undefined, request: Buffer | undefined) {
  const response = answerStatus(authority ?? '', request ?? Buffer.alloc(0));
  if (response === undefined) throw new Problem({ kind: 'notFound', code: 'notFound' });
  return answer(request === undefined ? writeOcspFailure('malformedRequest') : await response);
}

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

export const statusRoutes = (answerStatus: AnswerStatus): readonly Route[] => [
  {
    method: 'POST',
    path: '/ocsp/:authority',
    maxBodyBytes: mostOcspRequestBytes,
    handle: ({ params, body, headers }) =>
      answered(
        answerStatus,
        params.authority,
        headers['content-type'] === 'application/ocsp-request' ? body : undefined,
      ),
  },
  {
    method: 'GET',
    path: '/ocsp/:authority/:request',
    handle: ({ params }) =>
      answered(
        answerStatus,
        params.authority,
        base64.test(params.request ?? '') ? Buffer.from(params.request ?? '', 'base64') : undefined,
      ),
  },
];
