// Scopes about a person and a client by HelseID's names: what clients that move here ask for already.

const prefix = 'helseid://scopes/';

/** Each brings the claim of the same name below `helseid://claims/`. */
export const helseidScopes = {
  pid: `${prefix}identity/pid`,
  pidPseudonym: `${prefix}identity/pid_pseudonym`,
  securityLevel: `${prefix}identity/security_level`,
  assuranceLevel: `${prefix}identity/assurance_level`,
  network: `${prefix}identity/network`,
  hprNumber: `${prefix}hpr/hpr_number`,
  clientName: `${prefix}client/client_name`,
} as const;

/** The claim that a scope of HelseID's brings. */
export const helseidClaimOf = (scope: string): string => scope.replace(prefix, 'helseid://claims/');
