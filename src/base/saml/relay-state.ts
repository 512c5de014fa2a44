// RelayState as we make it: short, and ours alone to read.
import { Problem } from '../problem.ts';
import { mostRelayStateBytes } from './message-encoding.ts';

/** The text itself; a Problem when it has more than 80 bytes (SAML Bindings 3.4.3, 3.5.3). An echoed one goes as it came. */
export function checkedRelayState(text: string): string {
  if (Buffer.byteLength(text) <= mostRelayStateBytes) return text;
  throw new Problem({ kind: 'internal', code: 'saml.relayState', detail: 'RelayState of more than 80 bytes' });
}
