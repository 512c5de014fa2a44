// Public face of edge/outgoing/tls.
export { lookAtWay, type WayFault } from './look-at-way.ts';
