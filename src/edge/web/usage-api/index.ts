// Public face of edge/web/usage-api.
export type { Caller, UsagePorts } from './ports.ts';
export { usagePath, usageRoutes } from './routes.ts';
