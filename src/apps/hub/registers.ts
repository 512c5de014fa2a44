// The registers of organisations and health personnel: files in a folder, or a service, by one setting.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { OrganisationRegister, ProfessionalRegister } from '../../core/context/index.ts';
import { boundedRequest } from '../../edge/outgoing/http/index.ts';
import { registerFiles } from '../../edge/sources/register-files/index.ts';
import { registerOverHttps } from '../../edge/sources/register-https/index.ts';
import type { BootSettings } from './settings.ts';

export interface Registers {
  readonly organisations: OrganisationRegister;
  readonly professionals: ProfessionalRegister;
}

/** The folder of register files, also where a service's access token lies. */
export const registersFolder = ({ dataFolder }: Pick<BootSettings, 'dataFolder'>): string =>
  join(dataFolder, 'registers');

/** Opens the registers; nothing is read until something is asked. */
export function openRegisters(
  settings: Pick<BootSettings, 'dataFolder' | 'registersUrl'>,
  log: Pick<Logger, 'error'>,
  authorities: readonly string[] | undefined,
): Registers {
  const folder = registersFolder(settings);
  if (settings.registersUrl === undefined)
    return registerFiles(folder, (file, faults) =>
      log.error({ file, faults: faults.slice(0, 5) }, 'a register has faults'),
    );
  const tokenFile = join(folder, 'access-token');
  return registerOverHttps(settings.registersUrl, (url, body) => {
    const token = existsSync(tokenFile) ? readFileSync(tokenFile, 'utf8').trim() : undefined;
    return boundedRequest(url, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body,
      timeoutMs: 3000,
      maxBytes: 262_144,
      authorities,
    });
  });
}
