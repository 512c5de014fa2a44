// Public face of edge/ca-web/ocsp.
export { type AnswerStatus, statusRoutes } from './status-routes.ts';
