// Public face of the SCIM target.
export { type ScimLimits, type SendScim, usualScimLimits } from './caller.ts';
export { openScim, type ScimOptions } from './scim.ts';
