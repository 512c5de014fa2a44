// Metrics are for this machine, and not for the world behind a proxy that nobody told the hub about.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { snapshot } from '../../../test/fakes/ward.ts';
import type { HttpRequest } from '../../base/http/index.ts';
import { healthRoutes } from '../../edge/web/health/index.ts';
import { metricsReaders } from './metrics-readers.ts';

for (const [plainHttp, trustedProxies, status] of [
  [false, [], 200],
  [true, [], 403],
  [true, ['127.0.0.1'], 200],
] as const) {
  test(`plain HTTP ${plainHttp}, ${trustedProxies.length} proxies: loopback gets ${status}, others never`, async () => {
    const catalogue = snapshot();
    const given = { settings: { ...catalogue.settings, trustedProxies } };
    const routes = healthRoutes({
      checks: [],
      registry: new Registry(),
      allowed: () => metricsReaders({ plainHttp }, given),
    });
    const metrics = routes.find(({ path }) => path === '/metrics');
    const ask = async (ip: string) => (await metrics?.handle({ ip } as HttpRequest))?.status;
    assert.equal(await ask('127.0.0.1'), status);
    assert.equal(await ask('::1'), status);
    assert.equal(await ask('203.0.113.9'), 403);
  });
}
