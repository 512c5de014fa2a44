// Refusals of endpoints that speak JSON problems: RFC 9457 and RFC 7591 3.2.2 at once.
import { type HttpResponse, json } from '../../../base/http/index.ts';
import type { OAuthError, Refused } from '../../../core/grants/index.ts';

const statuses: Partial<Readonly<Record<OAuthError, readonly [status: number, title: string]>>> = {
  invalid_client: [401, 'Who calls is not known'],
  slow_down: [429, 'Too many tries'],
  temporarily_unavailable: [503, 'Try again'],
};

/** A refusal as a problem; the reference ties it to the trail. */
export function problemAnswer({ error, description }: Refused, reference: string): HttpResponse {
  const [status, title] = statuses[error] ?? [400, 'The request is refused'];
  const problem = { type: 'about:blank', title, status, detail: description, instance: reference };
  return json(status, { ...problem, error, error_description: description, reference }, 'application/problem+json');
}
