// /healthz, /readyz and /metrics: the first for everybody, details only for loopback, or what the wiring allows.
import type { Registry } from 'prom-client';
import { type HttpRequest, json, plainText, type Route } from '../../../base/http/index.ts';
import { cidrMatcher } from '../../../base/ip-address.ts';

/** One thing that must hold before the hub gets traffic. `detail` is shown to allowed networks only. */
export interface ReadyCheck {
  readonly name: string;
  /** Answers within its own bound; a rejection counts as not ready. */
  check(): Promise<CheckResult> | CheckResult;
}

export type CheckResult = { readonly ok: true } | { readonly ok: false; readonly detail?: string };

export interface HealthOptions {
  readonly checks: readonly ReadyCheck[];
  readonly registry: Registry;
  /** CIDR blocks that may read metrics and check names. Default: loopback. */
  readonly allowed?: (() => readonly string[]) | undefined;
  /** How long one check may take, milliseconds. */
  readonly checkMs?: number | undefined;
}

const loopback: readonly string[] = ['127.0.0.0/8', '::1/128'];
const defaultCheckMs = 2_000;

async function outcomeOf(check: ReadyCheck, limitMs: number): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, detail: 'no answer in time' }), limitMs);
  });
  try {
    return await Promise.race([check.check(), late]);
  } catch {
    return { ok: false, detail: 'failed' };
  } finally {
    clearTimeout(timer);
  }
}

/** The three routes. */
export function healthRoutes(options: HealthOptions): readonly Route[] {
  const mayRead = (request: HttpRequest): boolean => cidrMatcher(options.allowed?.() ?? loopback)(request.ip);
  return [
    { method: 'GET', path: '/healthz', handle: () => plainText(200, 'ok\n') },
    {
      method: 'GET',
      path: '/readyz',
      handle: async (request) => {
        const limitMs = options.checkMs ?? defaultCheckMs;
        const results = await Promise.all(
          options.checks.map(async (check) => ({ name: check.name, ...(await outcomeOf(check, limitMs)) })),
        );
        const ready = results.every((result) => result.ok);
        return json(ready ? 200 : 503, mayRead(request) ? { ready, checks: results } : { ready });
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      handle: async (request) => {
        if (!mayRead(request)) return plainText(403, 'Metrics are for loopback and allowed networks only.\n');
        const { registry } = options;
        const answer = plainText(200, await registry.metrics());
        return { ...answer, headers: { ...answer.headers, 'content-type': registry.contentType } };
      },
    },
  ];
}
