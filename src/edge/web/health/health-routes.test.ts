// Health, readiness and metrics, as a monitor meets them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Registry } from 'prom-client';
import type { HttpRequest } from '../../../base/http/index.ts';
import { healthRoutes, type ReadyCheck, requestMetrics } from './index.ts';

const ask = async (path: string, ip: string, checks: readonly ReadyCheck[] = [], registry = new Registry()) => {
  const routes = healthRoutes({ checks, registry, checkMs: 20 });
  const request: HttpRequest = { method: 'GET', path, query: '', params: {}, headers: {}, body: Buffer.alloc(0), ip };
  const route = routes.find((one) => one.path === path);
  assert.ok(route);
  return await route.handle(request);
};

describe('health', () => {
  test('alive', async () => assert.equal((await ask('/healthz', '8.8.8.8')).status, 200));

  const good: ReadyCheck = { name: 'database', check: () => ({ ok: true }) };
  for (const [name, bad] of [
    ['says no', { name: 'catalogue', check: () => ({ ok: false, detail: 'older than 10 s' }) }],
    ['throws', { name: 'catalogue', check: () => Promise.reject(new Error('x')) }],
    ['hangs', { name: 'catalogue', check: () => new Promise<never>(() => undefined) }],
  ] as const satisfies readonly (readonly [string, ReadyCheck])[]) {
    test(`not ready when a check ${name}`, async () => {
      const answer = await ask('/readyz', '127.0.0.1', [good, bad]);
      assert.equal(answer.status, 503);
      const body = JSON.parse(String(answer.body));
      assert.deepEqual(body.checks[0], { name: 'database', ok: true });
      assert.equal(body.checks[1].ok, false);
    });
  }

  test('ready, and strangers learn no more than that', async () => {
    assert.equal((await ask('/readyz', '127.0.0.1', [good])).status, 200);
    assert.deepEqual(JSON.parse(String((await ask('/readyz', '10.0.0.1', [good])).body)), { ready: true });
  });

  test('metrics are for loopback by default', async () => {
    const registry = new Registry();
    const measure = requestMetrics(registry);
    measure({ route: '/token', method: 'POST', status: 200, seconds: 0.002 });
    measure({ route: '/token', method: 'POST', status: 204, seconds: 0.002 });
    measure({ route: 'other', method: 'BREW', status: 404, seconds: 0.002 });
    assert.equal((await ask('/metrics', '10.0.0.1', [], registry)).status, 403);
    const text = String((await ask('/metrics', '::1', [], registry)).body);
    assert.match(text, /tillit_http_answers_total\{route="\/token",method="POST",class="2xx"\} 2/);
    assert.match(text, /tillit_http_answers_total\{route="other",method="other",class="4xx"\} 1/);
    assert.match(text, /tillit_http_request_seconds_count\{route="\/token",method="POST"\} 2/);
  });
});
