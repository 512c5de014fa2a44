// Systems at the command line: who runs the authority lets one fetch its first certificate by EST, takes that back, or revokes.
import { hostname, userInfo } from 'node:os';
import type pg from 'pg';
import { systemClock } from '../../base/clock.ts';
import { newReference, systemRandom } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import { changeState, estCaller, type Holder, newPermit, permitEndedEvent } from '../../core/authority/index.ts';
import { certificateRegister, enrolmentPermits, migrateAuthority } from '../../edge/store/authority/index.ts';
import { revocationReasons } from '../../wire/codes/index.ts';
import { programVersion } from './program.ts';
import { readSettingsFile } from './settings-file.ts';

const wrong = (detail: string): Problem => new Problem({ kind: 'invalid', code: 'settings', detail });

/** Who sits at the machine, as the trail names them. */
const askedBy = (): string => `${userInfo().username}@${hostname()}`;

/** Makes a permit and says its secret, which is nowhere afterwards. */
export async function givePermit(
  pool: pg.Pool,
  folder: string,
  wanted: {
    readonly profile: string;
    readonly holder: Readonly<Record<string, string | undefined>>;
    readonly hours: number;
  },
  out: (line: string) => void,
): Promise<number> {
  const { est, profiles } = readSettingsFile(folder);
  const profile = est?.profiles.includes(wanted.profile) ? profiles.get(wanted.profile) : undefined;
  if (profile === undefined) throw wrong(`authority.yaml does not list profile ${wanted.profile} under est`);
  const holder: Holder = Object.fromEntries(Object.entries(wanted.holder).filter(([, value]) => value !== undefined));
  const given = { holder, hours: wanted.hours, now: systemClock(), by: askedBy(), random: systemRandom };
  const made = newPermit(profile, { ...given, id: newReference() });
  if (!made.ok) throw wrong(made.because);
  await migrateAuthority(pool, programVersion);
  await enrolmentPermits(pool).add(made.permit, made.event);
  out(
    `One certificate of profile ${profile.id} for ${holder.dns}, before ${new Date(made.permit.endsAt).toISOString()}`,
  );
  out(`User:     ${made.permit.id}`);
  out(`Password: ${made.secret}`);
  return 0;
}

/** Ends a permit that was not used, or got into wrong hands. */
export async function endPermit(pool: pg.Pool, id: string, out: (line: string) => void): Promise<number> {
  const at = systemClock();
  const ended = await enrolmentPermits(pool).end(id, at, permitEndedEvent(id, { at, by: askedBy() }));
  out(ended ? `Permit ${id} has ended.` : `There is no permit ${id}, or it had ended.`);
  return ended ? 0 : 1;
}

/** Revokes a system's certificate, whoever ordered it; a person's is the hub's to end. */
export async function revokeSystem(
  pool: pg.Pool,
  folder: string,
  wanted: { readonly serial: string; readonly reason: string },
  out: (line: string) => void,
): Promise<number> {
  const { est, profiles, issuers } = readSettingsFile(folder);
  const reason = revocationReasons.find((each) => each === wanted.reason);
  if (reason === undefined) throw wrong(`--reason is one of ${revocationReasons.join(', ')}`);
  const register = certificateRegister(pool);
  const serial = wanted.serial.toLowerCase().replaceAll(':', '');
  const callers = new Map([[estCaller, est?.profiles ?? []]]);
  const ports = { register, rules: { profiles, authorities: new Map(), callers }, clock: systemClock };
  const found = await Promise.all(issuers.map(async (issuer) => (await register.bySerial(issuer, serial)) && issuer));
  const issuer = found.find((each) => each !== undefined) ?? '';
  const request = { caller: estCaller, by: askedBy(), issuer, serial, to: 'revoked', reason } as const;
  const outcome = await changeState(ports, request);
  if (outcome.kind === 'refused') throw wrong(`${serial}: ${outcome.refusal.because}`);
  out(`${serial} is revoked${outcome.changed ? '' : ' already'}; the authority puts it on its list within a second.`);
  return 0;
}
