// Public face of edge/ca-web/ready.
export { readyRoute } from './ready-route.ts';
