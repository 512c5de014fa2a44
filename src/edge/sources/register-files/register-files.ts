// Registers out of two files in a folder: read when first asked, and again when a file has changed.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../../../base/problem.ts';
import {
  type OrganisationRegister,
  organisationOf,
  type Professional,
  type ProfessionalRegister,
  professionalOfRecord,
  type RegisteredOrganisation,
} from '../../../core/context/index.ts';
import { type RegisterData, type RegisterName, readRegisterText, registerText } from './register-text.ts';

export const registerFile = (folder: string, name: RegisterName): string => join(folder, `${name}.yaml`);

/** The registers in `folder`. Reading a file with a fault rejects with a Problem (`unavailable`). */
export function registerFiles(
  folder: string,
  onFault: (file: string, faults: readonly string[]) => void = () => undefined,
): { readonly organisations: OrganisationRegister; readonly professionals: ProfessionalRegister } {
  const organisations = freshly(registerFile(folder, 'organisations'), 'organisations', onFault, (data) => {
    return new Map((data.organisations ?? []).map((each) => [each.key, organisationOf(each)]));
  });
  const professionals = freshly(registerFile(folder, 'professionals'), 'professionals', onFault, (data) => {
    const records = data.professionals ?? [];
    return new Map<string, Professional>(
      records.flatMap((each) => {
        const found = professionalOfRecord(each);
        return [
          [`number ${each.nationalNumber}`, found],
          [`hpr ${each.hprNumber}`, found],
        ] as const;
      }),
    );
  });
  return {
    organisations: {
      async find(keys) {
        const all = await organisations();
        const found: [string, RegisteredOrganisation][] = [];
        for (const key of keys) {
          const one = all.get(key);
          if (one !== undefined) found.push([key, one]);
        }
        return new Map(found);
      },
    },
    professionals: {
      async find(who) {
        const all = await professionals();
        return all.get('nationalNumber' in who ? `number ${who.nationalNumber}` : `hpr ${who.hprNumber}`);
      },
    },
  };
}

/** Writes the sections that are there, each to its own file, whole or not at all. */
export async function saveRegisters(folder: string, data: RegisterData): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [name, section] of Object.entries(data) as [RegisterName, RegisterData[RegisterName]][]) {
    if (section === undefined) continue;
    const fresh = join(folder, `.${randomBytes(8).toString('hex')}`);
    try {
      await writeFile(fresh, registerText({ [name]: section }), { mode: 0o600, flag: 'wx' });
      await rename(fresh, registerFile(folder, name));
    } catch (thrown) {
      await rm(fresh, { force: true });
      throw thrown;
    }
  }
}

/** What the file says now; undefined when it is not there. */
export async function loadRegister(folder: string, name: RegisterName): Promise<RegisterData | undefined> {
  const text = await readFile(registerFile(folder, name), 'utf8').catch(absent);
  if (text === undefined) return undefined;
  const reading = readRegisterText(text, name);
  if (reading.ok) return reading.data;
  throw new Problem({
    kind: 'invalid',
    code: 'invalid',
    detail: `${name}.yaml: ${reading.faults[0]}`,
  });
}

/** A value made of a file, made anew when the file has another time, size or inode. */
function freshly<Value>(
  file: string,
  name: RegisterName,
  onFault: (file: string, faults: readonly string[]) => void,
  make: (data: RegisterData) => Value,
): () => Promise<Value> {
  let made: { readonly mark: string; readonly value: Value | undefined } | undefined;
  return async () => {
    const facts = await stat(file).catch(absent);
    const mark = facts === undefined ? 'absent' : `${facts.mtimeMs} ${facts.size} ${facts.ino}`;
    if (made?.mark !== mark) {
      const text = facts === undefined ? '' : await readFile(file, 'utf8');
      const reading = readRegisterText(text, name);
      if (!reading.ok) onFault(file, reading.faults);
      made = { mark, value: reading.ok ? make(reading.data) : undefined };
    }
    if (made.value === undefined)
      throw new Problem({ kind: 'unavailable', code: 'unavailable', detail: `the register ${name} has a fault` });
    return made.value;
  };
}

function absent(thrown: unknown): undefined {
  if ((thrown as { code?: unknown }).code !== 'ENOENT') throw thrown;
}
