// What goes over the authority's issue API: orders in, certificates out, described once for both ends.
import {
  flag,
  list,
  namedValues,
  oneOf,
  optional,
  record,
  type Static,
  text,
  wholeNumber,
} from '../../base/schema/index.ts';
import { authorityRefusals, certificateStates, revocationReasons } from '../codes/index.ts';

const idPattern = '^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$';
const orderId = text({ pattern: idPattern, allowed: 'letters, digits, dots, hyphens; at most 100' });
/** The hub's own ids: letters as they are, nothing invisible. */
const ownId = text({ maxLength: 100, pattern: '^\\P{C}+$', allowed: 'characters that can be seen' });
const pem = text({ maxLength: 100_000 });

/** `POST /v1/certificates`. */
export const orderMessage = record({
  order: orderId,
  profile: text({ maxLength: 32 }),
  /** PKCS #10, PEM. */
  csr: text({ maxLength: 24_000 }),
  holder: namedValues(text({ maxLength: 400 })),
  minutes: optional(wholeNumber({ minimum: 1, maximum: 10_000_000 })),
  proof: optional(
    record({
      /** Milliseconds since 1970. */
      at: wholeNumber({ minimum: 0 }),
      fingerprint: text({ pattern: '^[0-9a-f]{64}$', allowed: 'SHA-256 of a certificate, hexadecimal' }),
    }),
  ),
  person: optional(ownId),
  reference: optional(ownId),
});
export type OrderMessage = Static<typeof orderMessage>;

/** Answer of an order, of `GET /v1/orders/:order` and of `GET /v1/certificates/:issuer/:serial`. */
export const certificateMessage = record({
  issuer: text({ maxLength: 32 }),
  serial: text({ pattern: '^[0-9a-f]{2,42}$' }),
  order: orderId,
  profile: text({ maxLength: 32 }),
  state: oneOf(certificateStates),
  notBefore: wholeNumber({ minimum: 0 }),
  notAfter: wholeNumber({ minimum: 0 }),
  /** The certificate, then the authorities above it but the root. */
  chain: list(pem, { minItems: 1, maxItems: 5 }),
});
export type CertificateMessage = Static<typeof certificateMessage>;

/** `POST /v1/certificates/:issuer/:serial/state`. */
export const stateMessage = record({ to: oneOf(certificateStates), reason: optional(oneOf(revocationReasons)) });
export type StateMessage = Static<typeof stateMessage>;

/** Every answer that says no. */
export const refusalMessage = record({
  refused: oneOf(authorityRefusals),
  /** For the caller's log, in English. */
  because: text({ maxLength: 2000 }),
});
export type RefusalMessage = Static<typeof refusalMessage>;

/** Answer of a change of state. */
export const stateAnswer = record({ state: oneOf(certificateStates), changed: flag() });
export type StateAnswer = Static<typeof stateAnswer>;
