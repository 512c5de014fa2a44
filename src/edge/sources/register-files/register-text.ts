// The text of a register file: YAML in, checked records out, and back again; faults name record and member.
import { parse as parseYaml, stringify } from 'yaml';
import { list, type Parsed, parse, pathText, record } from '../../../base/schema/index.ts';
import {
  type OrganisationRecord,
  organisationRecord,
  type ProfessionalRecord,
  professionalRecord,
} from '../../../core/context/index.ts';

export interface RegisterData {
  readonly organisations?: readonly OrganisationRecord[] | undefined;
  readonly professionals?: readonly ProfessionalRecord[] | undefined;
}
export const registerNames = ['organisations', 'professionals'] as const;
export type RegisterName = (typeof registerNames)[number];

const most = 500_000;
const schemas = {
  organisations: record({ organisations: list(organisationRecord, { maxItems: most }) }),
  professionals: record({ professionals: list(professionalRecord, { maxItems: most }) }),
};

/** What a file says, or what is wrong with it: never a value of it, since it holds national numbers. */
export type RegisterReading =
  | { readonly ok: true; readonly data: RegisterData }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Reads sections of a register file; `one` lets only that section in. */
export function readRegisterText(text: string, one?: RegisterName): RegisterReading {
  let value: unknown;
  try {
    value = parseYaml(text, { maxAliasCount: 0 });
  } catch (thrown) {
    // The first line of the parser's message tells the place; the rest quotes the file.
    const [first = 'not YAML'] = (thrown instanceof Error ? thrown.message : '').split('\n');
    return { ok: false, faults: [first.replace(/:$/, '')] };
  }
  if (value === null || value === undefined) return { ok: true, data: {} };
  if (typeof value !== 'object' || Array.isArray(value)) return { ok: false, faults: ['sections are expected'] };
  const data: { -readonly [Name in keyof RegisterData]: RegisterData[Name] } = {};
  const faults: string[] = [];
  for (const [name, section] of Object.entries(value)) {
    const known = registerNames.find((each) => each === name && (one === undefined || each === one));
    if (known === undefined) {
      faults.push(`there is no section ${JSON.stringify(name.slice(0, 40))} here`);
      continue;
    }
    const parsed: Parsed<object> = parse(schemas[known], { [known]: section });
    if (!parsed.ok)
      faults.push(...parsed.problems.slice(0, 20).map(({ path, fault }) => `${pathText(path)}: ${fault}`));
    else Object.assign(data, parsed.value);
  }
  faults.push(
    ...repeated(
      'organisations',
      'key',
      data.organisations?.map(({ key }) => key),
    ),
  );
  for (const member of ['nationalNumber', 'hprNumber'] as const)
    faults.push(
      ...repeated(
        'professionals',
        member,
        data.professionals?.map((each) => each[member]),
      ),
    );
  return faults.length > 0 ? { ok: false, faults } : { ok: true, data };
}

function repeated(section: string, member: string, values: readonly string[] = []): readonly string[] {
  const seen = new Set<string>();
  const at = values.findIndex((value) => seen.size === seen.add(value).size);
  return at < 0 ? [] : [`${section}[${at}].${member}: another record has it too`];
}

/** The text of sections, as `readRegisterText` reads them. */
export const registerText = (data: RegisterData): string =>
  stringify(Object.fromEntries(Object.entries(data).filter(([, section]) => section !== undefined)), {
    aliasDuplicateObjects: false,
  });
