// Who may read metrics and the details of readiness: programs on this machine, as far as an address can tell.
import type { CatalogueSnapshot } from '../../core/catalogue/index.ts';
import type { BootSettings } from './settings.ts';

const loopback: readonly string[] = ['127.0.0.0/8', '::1/128'];
const nobody: readonly string[] = [];

/**
 * CIDR blocks. Behind a proxy on this machine that is not in `trustedProxies`, everybody comes from loopback: then
 * loopback tells nothing, and nobody may read.
 */
export const metricsReaders = (
  { plainHttp }: Pick<BootSettings, 'plainHttp'>,
  { settings }: Pick<CatalogueSnapshot, 'settings'>,
): readonly string[] => (plainHttp && settings.trustedProxies.length === 0 ? nobody : loopback);
