// The audit feed's form: RFC 5424 messages with the event as structured data and text, framed for streams (RFC 6587 3.4.1).
import type { StoredEvent } from './event-text.ts';

export interface SyslogSender {
  /** Name of the machine (RFC 5424 6.2.4). */
  readonly host: string;
  /** Process id or node name (RFC 5424 6.2.6). */
  readonly process: string;
}

// RFC 5424 6.2.1: facility 13, log audit; severity notice, or warning for what was refused or failed.
const facility = 13;
const severities: Readonly<Record<string, number>> = { ok: 5, refused: 4, failed: 3 };
/** Private enterprise number 32473 is the one for documentation (RFC 5612); a receiver's own goes by the name before it. */
const structuredId = 'tillit@32473';

/** PRINTUSASCII of at most `length` characters (RFC 5424 6); nothing left means the nil value. */
function header(text: string, length: number): string {
  return text.replace(/[^\x21-\x7e]/g, '_').slice(0, length) || '-';
}

/** A PARAM-VALUE: quotes, backslashes and closing brackets are escaped (RFC 5424 6.3.3); no line ends or other controls. */
function paramValue(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f]/g, ' ').replace(/["\\\]]/g, '\\$&');
}

/** One RFC 5424 message for an event; the MSG is the exact stored text, so that its digest can be checked. */
export function syslogMessage(event: StoredEvent, text: string, index: number, sender: SyslogSender): Buffer {
  const priority = facility * 8 + (severities[event.outcome] ?? 5);
  const { outcome, person, organisation, application, session, journey, reference, reason } = event;
  const named = {
    index: String(index),
    outcome,
    person,
    organisation,
    application,
    session,
    journey,
    reference,
    reason,
  };
  const params = Object.entries(named)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => ` ${name}="${paramValue(value)}"`)
    .join('');
  const process = header(sender.process, 128);
  const head = `<${priority}>1 ${event.at} ${header(sender.host, 255)} tillit ${process} ${header(event.kind, 32)}`;
  // RFC 5424 6.4: UTF-8 text begins with a byte order mark.
  return Buffer.from(`${head} [${structuredId}${params}] \ufeff${text}`, 'utf8');
}

/** A message framed for TCP or TLS: its length in octets, a space, the message (RFC 6587 3.4.1, RFC 5425 4.3). */
export const octetCounted = (message: Buffer): Buffer => Buffer.concat([Buffer.from(`${message.length} `), message]);
