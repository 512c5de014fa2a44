// Public face of edge/outgoing/http.
export { type BoundedAnswer, type BoundedLimits, type BoundedRequest, boundedRequest } from './bounded-request.ts';
export { type KeptConnectionsOptions, keptConnections } from './kept-connections.ts';
