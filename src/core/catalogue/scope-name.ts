// One spelling of the scopes that SAML providers speak for: domain names and organisation numbers.

/** A Swedish organisation number has ten digits, however it is written. */
export function scopeOf(given: string): string {
  const scope = given.trim().toLowerCase();
  return /^(16)?\d{6}-?\d{4}$/.test(scope) ? scope.replace('-', '').slice(-10) : scope;
}
