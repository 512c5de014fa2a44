// Public face of edge/ca-web/est.
export { type EstPorts, estOperations, estRoutes } from './est-routes.ts';
