// What a request that could not be served gets: a page for people, problem+json (RFC 9457) for machines.
import { type HttpRequest, type HttpResponse, json, problemStatus } from '../../../base/http/index.ts';
import type { Problem } from '../../../base/problem.ts';

/** Draws the page of a failure for a person. The reference leads the help desk to the log and the trail. */
export type FailurePage = (request: HttpRequest, problem: Problem, reference: string) => HttpResponse;

/** True when the client asked for a page, as browsers do when they go somewhere. */
export function wantsPage(request: HttpRequest): boolean {
  const accept = request.headers.accept;
  return typeof accept === 'string' && /(?:^|[,\s])text\/html(?:$|[,;\s])/i.test(accept);
}

/** Machine answer: code and parameters, never a detail, cause or stack. */
export function problemJson(problem: Problem, reference: string): HttpResponse {
  const status = problemStatus(problem.kind);
  return json(
    status,
    { type: 'about:blank', status, code: problem.code, reference, ...problem.public },
    'application/problem+json',
  );
}

/** The answer to a problem, in the shape that the client reads. */
export function failureResponse(
  request: HttpRequest,
  problem: Problem,
  reference: string,
  pageOf: FailurePage | undefined,
): HttpResponse {
  return pageOf && wantsPage(request) ? pageOf(request, problem, reference) : problemJson(problem, reference);
}
