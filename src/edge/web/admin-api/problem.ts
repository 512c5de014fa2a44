// Refusals of the admin API as problems (RFC 9457): a stable code for programs, words for whoever wrote them.
import { type HttpResponse, json } from '../../../base/http/index.ts';

/** Code -> status, title, and what to do. The codes are the API's: they do not change. */
const problems = {
  malformed: [400, 'The request cannot be read', 'Send what the API’s description says.'],
  unauthenticated: [401, 'The access token is not accepted', 'Get a new one for the audience tillit:admin.'],
  scope: [403, 'The access token has not the scope', 'Ask for the scope that is needed.'],
  noGrant: [403, 'Whoever calls administers nothing', 'An administrator of the hub grants it: npx tillit admin grant.'],
  hubOnly: [403, 'This is for administrators of the hub', 'Ask one of them.'],
  outside: [403, 'This lies outside the organisation', 'Name only organisations and units that you administer.'],
  self: [403, 'Nobody changes themselves', 'Let another administrator do it.'],
  administers: [403, 'Whoever administers is changed by the hub’s administrators', 'Ask one of them.'],
  shared: [403, 'The person also works elsewhere', 'Change the assignments at your own organisation alone.'],
  protected: [403, 'The person’s identity is protected', 'Ask an administrator of the hub.'],
  attributes: [403, 'Attributes are set by the hub’s administrators', 'Leave them as they are.'],
  logins: [
    403,
    'This login is not your organisation’s to give',
    'Use identities of your own provider; a username when a person is new.',
  ],
  lastAssignment: [
    403,
    'A person of the organisation has an assignment there',
    'End one by its `until`, or close the person.',
  ],
  notFound: [404, 'There is no such thing', 'Look at the list.'],
  taken: [409, 'It is in use already', 'Choose another, or ask an administrator of the hub.'],
  changed: [409, 'Somebody changed something meanwhile', 'Read it again, and try again.'],
  stale: [412, 'It is not as If-Match or If-None-Match says', 'Read it again, and try again.'],
  mediaType: [415, 'The body is not JSON', 'Send Content-Type: application/json.'],
  invalid: [422, 'The documents are not right', 'Mend what `errors` names.'],
  keyReused: [422, 'The Idempotency-Key was used for another request', 'Make a new key for each request.'],
  unconditional: [
    428,
    'Say which version you mean',
    'Send If-Match with the ETag, or If-None-Match: * for something new.',
  ],
  busy: [503, 'Too many changes wait', 'Send it again in a moment.'],
} as const satisfies Readonly<Record<string, readonly [status: number, title: string, advice: string]>>;

export type AdminProblemCode = keyof typeof problems;
export const adminProblemCodes = Object.keys(problems) as readonly AdminProblemCode[];

/** One thing that is wrong, where it is: `pointer` into the document (RFC 6901), `item` where there are several. */
export interface ProblemError {
  readonly item?: number | undefined;
  readonly pointer: string;
  readonly detail: string;
}

/** A path as a JSON pointer (RFC 6901 3). */
export const pointerOf = (path: readonly (string | number)[] = []): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

export interface ProblemFacts {
  readonly detail?: string | undefined;
  readonly errors?: readonly ProblemError[] | undefined;
  readonly reference?: string | undefined;
  /** As OAuth calls it. */
  readonly error?: string | undefined;
  readonly headers?: HttpResponse['headers'] | undefined;
  readonly status?: number | undefined;
}

export function problemResponse(code: AdminProblemCode, given: ProblemFacts = {}): HttpResponse {
  const [usual, title, advice] = problems[code];
  const status = given.status ?? usual;
  const { detail = advice, errors, reference, error } = given;
  const body = {
    type: `urn:tillit:problem:${code}`,
    title,
    status,
    code,
    detail,
    ...(errors === undefined ? {} : { errors }),
    ...(error === undefined ? {} : { error }),
    ...(reference === undefined ? {} : { reference, instance: `urn:tillit:reference:${reference}` }),
  };
  const answer = json(status, body, 'application/problem+json');
  return {
    ...answer,
    headers: { ...answer.headers, ...given.headers, ...(status === 503 ? { 'retry-after': '1' } : {}) },
  };
}
