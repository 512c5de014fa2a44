// One question to a SCIM service (RFC 7644 3): bounded in time and size, with the token, and an answer that is understood or refused.
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../../base/problem.ts';
import type { Secret } from '../../../base/secret.ts';

export type SendScim = (
  url: string,
  request: {
    readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string | undefined;
    readonly timeoutMs: number;
    readonly maxBytes: number;
  },
) => Promise<{
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}>;

export interface ScimLimits {
  /** One question. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** How long is waited at most when the service asks to (RFC 9110 10.2.3), once; a longer wait is the outbox's. */
  readonly longestWaitMs: number;
}
export const usualScimLimits: ScimLimits = { timeoutMs: 10_000, maxBytes: 4 * 1024 * 1024, longestWaitMs: 3_000 };

export type Json = Readonly<Record<string, unknown>>;

export interface ScimAnswer {
  readonly status: number;
  /** Empty where there is none. */
  readonly body: Json;
  readonly version?: string | undefined;
}

export interface ScimAccess {
  /** Base, without a slash at its end. */
  readonly url: string;
  readonly token: Secret<string>;
  readonly send: SendScim;
  readonly limits?: ScimLimits | undefined;
}

export interface Asked {
  readonly method: Parameters<SendScim>[1]['method'];
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>> | undefined;
  readonly body?: unknown;
  readonly ifMatch?: string | undefined;
}

const unavailable = (why: string, cause?: unknown): Problem =>
  new Problem({ kind: 'unavailable', code: 'unavailable', detail: `the SCIM service ${why}`, cause });

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const one = (header: string | readonly string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : header?.[0];

/** Milliseconds that a Retry-After asks for; a date is read against now (RFC 9110 10.2.3). */
export function retryAfterMs(header: string | undefined, now: number): number {
  if (header === undefined) return 1_000;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? Number.POSITIVE_INFINITY : Math.max(0, at - now);
}

/** A segment of a path. A dot or two would climb out of it. */
export function segment(id: string): string {
  if (id === '' || id === '.' || id === '..' || id.length > 500) throw unavailable('gave an id that is none');
  return encodeURIComponent(id);
}

/** A value in a filter: a JSON string (RFC 7644 3.4.2.2), so that nothing in it ends it. */
export const filterValue = (value: string): string => JSON.stringify(value);

function read(status: number, type: string, bytes: Buffer): Json {
  if (bytes.length === 0) return {};
  if (!/^application\/(scim\+)?json\b/i.test(type)) {
    if (status >= 400) return {};
    throw unavailable('answered with something else than JSON');
  }
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    if (status >= 400) return {};
    throw unavailable('answered with broken JSON', cause);
  }
  if (!isObject(body)) throw unavailable('answered with JSON that is no object');
  return body;
}

/**
 * Asks. What the service may say to a well-meant question is answered with its status; that it is away, busy, redirects or does
 * not know the token is a `Problem`: the work is done again later.
 */
export function scimCaller({ url, token, send, limits = usualScimLimits }: ScimAccess) {
  async function once({ method, path, query, body, ifMatch }: Asked) {
    const words = Object.entries(query ?? {}).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    const address = `${url}${path}${words.length === 0 ? '' : `?${words.join('&')}`}`;
    try {
      return await send(address, {
        method,
        headers: {
          accept: 'application/scim+json, application/json',
          authorization: `Bearer ${token.reveal()}`,
          ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
          ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        timeoutMs: limits.timeoutMs,
        maxBytes: limits.maxBytes,
      });
    } catch (cause) {
      throw unavailable(`cannot be reached: ${cause instanceof Error ? cause.message : 'no reason'}`, cause);
    }
  }

  return async (asked: Asked): Promise<ScimAnswer> => {
    let answer = await once(asked);
    if (answer.status === 429 || answer.status === 503) {
      const waitMs = retryAfterMs(one(answer.headers['retry-after']), Date.now());
      if (waitMs > limits.longestWaitMs) throw unavailable(`is busy (HTTP ${answer.status})`);
      await sleep(waitMs);
      answer = await once(asked);
    }
    const { status, headers } = answer;
    if (status === 429 || status >= 500) {
      // 501: it does not do that, and never will (RFC 7644 3.12).
      if (status !== 501) throw unavailable(`answered HTTP ${status}`);
    } else if (status === 401) throw unavailable('refused the token (HTTP 401)');
    else if (status < 200 || (status >= 300 && status < 400)) throw unavailable(`answered HTTP ${status}`);
    const body = read(status, one(headers['content-type']) ?? '', answer.body);
    const meta = isObject(body['meta']) ? body['meta']['version'] : undefined;
    const version = one(headers['etag']) ?? (typeof meta === 'string' ? meta : undefined);
    return { status, body, ...(version !== undefined && /^[\x21-\x7e]{1,200}$/.test(version) ? { version } : {}) };
  };
}
export type ScimCall = ReturnType<typeof scimCaller>;

/** Resources of a list (RFC 7644 3.4.2); anything else is no answer to a search. */
export function listOf({ status, body }: ScimAnswer): { readonly total: number; readonly resources: readonly Json[] } {
  const { totalResults: total, Resources: resources = [] } = body;
  if (status !== 200 || typeof total !== 'number' || !Array.isArray(resources) || !resources.every(isObject))
    throw unavailable(`answered a search with HTTP ${status} and no list`);
  return { total, resources };
}
