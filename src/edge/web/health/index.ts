// Public face of edge/web/health.
export { type CheckResult, type HealthOptions, healthRoutes, type ReadyCheck } from './health-routes.ts';
export { requestMetrics } from './request-metrics.ts';
