// Public face of edge/web/device-api.
export * from './ports.ts';
export { deviceApiRoutes } from './routes.ts';
