// Which `aud` a token for us may carry. Each profile has its own rule; none of them takes a foreign audience.

export interface AudienceRule {
  /** Exact strings; no normalisation. */
  readonly accepted: readonly string[];
  /**
   * What an array may be: `refused`; `single`, one accepted string; `each`, every one of them accepted;
   * `contains`, one of them accepted (only where a foreign audience in the array does no harm).
   */
  readonly array: 'refused' | 'single' | 'each' | 'contains';
}

/** FAPI 2.0 SP 5.3.2.1 clause 8, draft-ietf-oauth-rfc7523bis 4: our issuer, as a string. */
export function issuerOnlyAudience(issuer: string): AudienceRule {
  return { accepted: [issuer], array: 'refused' };
}

/** RFC 7523 3 item 3 as older clients do it: the issuer or the endpoint called; an array only with that alone in it. */
export function issuerOrEndpointAudience(issuer: string, ...endpoints: readonly string[]): AudienceRule {
  return { accepted: [issuer, ...endpoints], array: 'single' };
}

/** Whether an `aud` claim follows the rule. */
export function audienceAccepted(aud: string | readonly string[] | undefined, rule: AudienceRule): boolean {
  if (aud === undefined) return false;
  if (typeof aud === 'string') return rule.accepted.includes(aud);
  switch (rule.array) {
    case 'refused':
      return false;
    case 'single':
      return aud.length === 1 && aud.every((one) => rule.accepted.includes(one));
    case 'each':
      return aud.length > 0 && aud.every((one) => rule.accepted.includes(one));
    case 'contains':
      return aud.some((one) => rule.accepted.includes(one));
  }
}
