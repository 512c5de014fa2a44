// Levels in the numbers that HelseID and ID-porten write them in.
import type { Assurance } from '../../wire/codes/index.ts';

const levels: Readonly<Record<Assurance, string>> = { low: '2', substantial: '3', high: '4' };

/** `helseid://claims/identity/security_level` of a level. */
export const securityLevelOf = (level: Assurance): string => levels[level];
