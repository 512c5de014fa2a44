// Public face of edge/web/server.
export type { ForwardedHeader } from './client-address.ts';
export type { RequestMeasure } from './exchange.ts';
export type { FailurePage } from './failure.ts';
export { defaultWebLimits, type WebLimits } from './listener.ts';
export { createLog, type WebLog } from './log.ts';
export { bcp195Ciphers, bcp195Context, type ServerCertificate } from './tls-settings.ts';
export { createWebServer, type WebServer, type WebServerOptions } from './web-server.ts';
