// What is wrong with details: a stable code and words for the integrator. Neither ever repeats a value that was sent.

/** HelseID's numbers, and the names of RFC 9396 5 and of the trust framework where it has none. */
export type FaultCode =
  | 'HID-1001' // the parent organisation is not one that the client may speak for
  | 'HID-1002' // the child organisation is not in the client's list
  | 'HID-1003' // the child organisation does not belong to that parent
  | 'HID-1004' // an organisation number is not nine digits
  | 'HID-1005' // the client may not name a parent
  | 'HID-1006' // the client may not name a child
  | 'HID-1007' // the details are not as specified
  | 'HID-1008' // a client with a shared secret
  | 'HID-1009' // an organisation in the client assertion of the code flow
  | 'HID-1010' // the client's organisation is fixed
  | 'HID-DOUBLE-STRUCTURE'
  | 'invalid_authorization_details'
  | 'attestation_has_expired';

/** A no to details. ASCII without quotes and backslash, since it becomes an error_description (RFC 6749 5.2). */
export interface Fault {
  readonly code: FaultCode;
  readonly text: string;
}

/** A fault with the name of the check that found it. */
export interface FoundFault extends Fault {
  readonly check: string;
}

/** One rule about details: answers what is wrong, or nothing. */
export interface ContextCheck<Facts> {
  readonly name: string;
  /** The clause that asks for it. */
  readonly clause: string;
  readonly test: (facts: Facts) => Fault | undefined;
}

/** Shorthand: a fault when the condition holds. */
export const faultIf = (condition: boolean, code: FaultCode, text: string): Fault | undefined =>
  condition ? { code, text } : undefined;

/** Everything that a list of checks finds, in its order. */
export function faultsOf<Facts>(checks: readonly ContextCheck<Facts>[], facts: Facts): readonly FoundFault[] {
  return checks.flatMap(({ name, test }) => {
    const fault = test(facts);
    return fault === undefined ? [] : [{ ...fault, check: name }];
  });
}
