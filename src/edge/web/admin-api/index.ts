// Public face of edge/web/admin-api.
export { adminKinds } from './kinds.ts';
export { openApiDocument } from './open-api.ts';
export type * from './ports.ts';
export { type AdminProblemCode, adminProblemCodes } from './problem.ts';
export { adminApiBase, adminApiRoutes } from './routes.ts';
