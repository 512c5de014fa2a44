// The service itself: one POST that makes tokens for whoever holds its key, and the discovery of an issuer of its own.
import { hash, timingSafeEqual } from 'node:crypto';
import { publishedJwk, type SigningKey } from '../../../base/jose/index.ts';
import { Problem } from '../../../base/problem.ts';
import type { DemoPerson } from '../people.ts';
import { createTestTokens } from './create.ts';
import { readRequest } from './wire-request.ts';

export interface ServiceRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}
export interface ServiceAnswer {
  readonly status: number;
  readonly json: unknown;
}

export interface TestTokenService {
  readonly issuer: string;
  readonly key: SigningKey;
  /** What a developer sends in `X-Auth-Key`. */
  readonly accessKey: string;
  readonly people: readonly DemoPerson[];
  /** Seconds. */
  readonly now: () => number;
}

/** Answers one request. */
export function answerTestTokens(service: TestTokenService, request: ServiceRequest): ServiceAnswer {
  const { issuer, key, people, now } = service;
  switch (`${request.method} ${request.path}`) {
    case 'GET /.well-known/openid-configuration':
      return { status: 200, json: { issuer, jwks_uri: `${issuer}/jwks` } };
    case 'GET /jwks':
      return { status: 200, json: { keys: [publishedJwk(key)] } };
    case 'POST /create-test-token':
      break;
    default:
      return failed(404, 'there is no such page here; POST /create-test-token makes tokens');
  }
  if (!holdsKey(request, service.accessKey))
    return failed(401, 'put the service’s key into the header X-Auth-Key; it lies with the demo’s secrets');
  const value = jsonOf(request.body);
  if (value === undefined) return failed(400, 'the body is not JSON');
  const reading = readRequest(value);
  if (!reading.ok) return failed(400, reading.message);
  try {
    const tokens = createTestTokens(reading.request, { issuer, key, people, now: now() });
    return { status: 200, json: { isError: false, successResponse: tokens, errorResponse: null } };
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'invalid') throw error;
    return failed(400, error.detail ?? error.code);
  }
}

const failed = (status: number, errorMessage: string): ServiceAnswer => ({
  status,
  json: { isError: true, successResponse: null, errorResponse: { errorMessage } },
});

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

function holdsKey({ headers }: ServiceRequest, accessKey: string): boolean {
  const sent = headers['x-auth-key'] ?? headers['x-auth'];
  return typeof sent === 'string' && timingSafeEqual(digest(sent), digest(accessKey));
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
