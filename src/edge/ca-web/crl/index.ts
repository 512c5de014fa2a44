// Public face of edge/ca-web/crl.
export { type Published, publishRoutes } from './publish-routes.ts';
