// `authority.yaml`: who may order what, which issuing authorities there are, and the certificate profiles; read and checked whole.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { Problem } from '../../base/problem.ts';
import { list, optional, parse, pathText, record, type Static, text } from '../../base/schema/index.ts';
import {
  type CertificateProfile,
  estCaller,
  profileFault,
  profileSchema,
  standardProfiles,
  systemFault,
} from '../../core/authority/index.ts';
import { estOperations } from '../../edge/ca-web/est/index.ts';

const id = text({ pattern: '^[a-z][a-z0-9-]{0,31}$', allowed: 'small letters, digits and hyphens' });
const httpUrl = text({
  pattern: '^http://[^/?#]+(/[^?#]*[^/?#])?$',
  allowed: 'an http address without a slash at its end',
});

const fileSchema = record({
  /** Where lists, certificates and status are found, as certificates say it. */
  publishUrl: httpUrl,
  callers: list(
    record({
      name: id,
      key: text({ pattern: '^[0-9a-f]{64}$', allowed: 'SHA-256 of the caller’s public key, hexadecimal' }),
      profiles: list(id),
    }),
    { maxItems: 50 },
  ),
  /** Profiles that systems may ask for by EST; the first is had at the usual path, each at its own label too. */
  est: optional(record({ profiles: list(id, { minItems: 1, maxItems: 20, uniqueItems: true }) })),
  /** `ID.pem` and `keys/ID.key` lie beside the file. */
  issuers: list(id, { minItems: 1, maxItems: 20, uniqueItems: true }),
  /** The profiles that ship with the program, signed by one of the issuers. */
  standard: optional(
    record({
      issuer: id,
      policies: list(text({ maxLength: 100 }), { default: [] }),
      /** Of certificates for devices (H8); absent = the same. */
      derivedPolicies: optional(list(text({ maxLength: 100 }), { minItems: 1 })),
    }),
  ),
  /** Added to the standard ones, or in place of one with the same id. */
  profiles: list(profileSchema, { default: [] }),
});
export type SettingsFile = Omit<Static<typeof fileSchema>, 'profiles' | 'standard'> & {
  readonly profiles: ReadonlyMap<string, CertificateProfile>;
};

const wrong = (detail: string): Problem =>
  new Problem({ kind: 'invalid', code: 'settings', detail: `authority.yaml: ${detail}` });

/** Reads the file of a folder. Throws a Problem that says what is wrong, and where. */
export function readSettingsFile(folder: string): SettingsFile {
  let value: unknown;
  try {
    value = parseYaml(readFileSync(join(folder, 'authority.yaml'), 'utf8'), { maxAliasCount: 0 });
  } catch (cause) {
    throw wrong(cause instanceof Error ? cause.message : 'it cannot be read');
  }
  const read = parse(fileSchema, value);
  if (!read.ok) throw wrong(read.problems.map(({ path, message }) => `${pathText(path)}: ${message}`).join('; '));
  const { standard, profiles: added, ...rest } = read.value;
  const shipped =
    standard === undefined ? [] : standardProfiles(standard.issuer, standard.policies, standard.derivedPolicies);
  const profiles = new Map([...shipped, ...added].map((profile) => [profile.id, profile]));
  for (const profile of profiles.values()) {
    const fault = profileFault(profile);
    if (fault !== undefined) throw wrong(`profile ${profile.id}: ${fault}`);
    if (!rest.issuers.includes(profile.issuer))
      throw wrong(`profile ${profile.id}: there is no issuer ${profile.issuer}`);
  }
  for (const caller of rest.callers) {
    const unknown = caller.profiles.find((name) => !profiles.has(name));
    if (unknown !== undefined) throw wrong(`caller ${caller.name}: there is no profile ${unknown}`);
  }
  for (const name of rest.est?.profiles ?? []) {
    const profile = profiles.get(name);
    const fault = profile === undefined ? `there is no profile ${name}` : systemFault(profile);
    if (fault !== undefined) throw wrong(`est: profile ${name} is not for systems: ${fault}`);
    if (estOperations.some((operation) => operation === name)) throw wrong(`est: ${name} cannot be a label`);
  }
  if (rest.est !== undefined && rest.callers.some(({ name }) => name === estCaller))
    throw wrong(`caller ${estCaller}: the name belongs to those who ask by EST`);
  const twice = rest.callers.find(({ name, key }, index) =>
    rest.callers.some((other, at) => at < index && (other.name === name || other.key === key)),
  );
  if (twice !== undefined) throw wrong(`caller ${twice.name}: its name or key is there twice`);
  return { ...rest, profiles };
}
