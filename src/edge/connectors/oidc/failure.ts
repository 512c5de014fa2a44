// A provider that cannot be used now: caught by the connector, told to the person as a disturbance.

/** Thrown inside the connector alone. The message is for the audit: no secret, nothing that the provider wrote freely. */
export class UpstreamFailure extends Error {
  /** `unavailable`: a disturbance, other ways may work. `invalid`: it answered what we cannot accept. */
  readonly kind: 'unavailable' | 'invalid';
  constructor(kind: 'unavailable' | 'invalid', message: string) {
    super(message);
    this.name = 'UpstreamFailure';
    this.kind = kind;
  }
}

/** An OAuth error code as it may be written down. */
export const errorWord = (value: unknown): string =>
  typeof value === 'string' && /^[A-Za-z0-9_.-]{1,60}$/.test(value) ? value : 'unreadable';
