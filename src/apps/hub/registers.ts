// The registers of organisations and health personnel: files in a folder, or a service, by one setting.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../base/clock.ts';
import { Problem } from '../../base/problem.ts';
import { type OrganisationRegister, type ProfessionalRegister, professionalOf } from '../../core/context/index.ts';
import { boundedRequest } from '../../edge/outgoing/http/index.ts';
import { registerFile, registerFiles } from '../../edge/sources/register-files/index.ts';
import { registerOverHttps } from '../../edge/sources/register-https/index.ts';
import type { HprNumberOf } from './held.ts';
import type { BootSettings } from './settings.ts';

export interface Registers {
  readonly organisations: OrganisationRegister;
  readonly professionals: ProfessionalRegister;
  /** Whether the hub has a register of health personnel at all: one that is empty says of everybody that they are not in it. */
  readonly hasProfessionals: () => boolean;
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
    return {
      ...registerFiles(folder, (file, faults) =>
        log.error({ file, faults: faults.slice(0, 5) }, 'a register has faults'),
      ),
      hasProfessionals: () => existsSync(registerFile(folder, 'professionals')),
    };
  const tokenFile = join(folder, 'access-token');
  const service = registerOverHttps(settings.registersUrl, (url, body) => {
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
  return { ...service, hasProfessionals: () => true };
}

/**
 * The HPR number that the register has for a person: null when it does not name them, or does not answer now. Nothing is
 * decided by it here, so a ticket says less then instead of what the directory believes.
 */
export const registeredNumber =
  (
    { professionals, hasProfessionals }: Pick<Registers, 'professionals' | 'hasProfessionals'>,
    clock: Clock,
  ): HprNumberOf =>
  async (person, nationalNumber) => {
    if (!hasProfessionals()) return undefined;
    try {
      return (await professionalOf(person, nationalNumber, clock(), professionals))?.hprNumber ?? null;
    } catch (thrown) {
      if (!(thrown instanceof Problem && thrown.kind === 'unavailable')) throw thrown;
      return null;
    }
  };
