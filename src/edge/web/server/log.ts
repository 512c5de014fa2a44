// The program's log: JSON lines, with what must never be in a log taken out by name.
import { type Logger, pino } from 'pino';

/** The few methods of a log that the server calls; pino's Logger is one. */
export interface WebLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
  isLevelEnabled?(level: string): boolean;
}

/** Names of fields that hold credentials, personal numbers, bodies or queries, lower case. */
const secretNames: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'set-cookie',
  'dpop',
  'client-cert',
  'client-cert-chain',
  'client-cert-ocsp',
  'password',
  'client_secret',
  'client_assertion',
  'code',
  'code_verifier',
  'access_token',
  'refresh_token',
  'id_token',
  'id_token_hint',
  'request',
  'request_uri',
  'token',
  'ticket',
  'handoff',
  'query',
  'body',
]);
const deepest = 6;

// Not pino's own redaction: its wildcard paths cost 120 µs a line and reach two levels only.
function withoutSecrets(fields: Record<string, unknown>, depth = 0): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    clean[name] = secretNames.has(name.toLowerCase()) ? '[gone]' : cleanValue(fields[name], depth + 1);
  }
  return clean;
}

function cleanValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > deepest) return '[deep]';
  if (Array.isArray(value)) return value.map((one) => cleanValue(one, depth + 1));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return withoutSecrets(value as Record<string, unknown>, depth);
}

/** Lines wait for company at most this long; on the way out what waits is written. */
const flushMs = 250;

/** Standard output, never waited for: a reader that stalls must not stall logins. One write a line cost a fifth of the CPU time. */
function standardOutput(): { write(line: string): void } {
  const stream = pino.destination({ fd: process.stdout.fd, sync: false, minLength: 12_288 });
  setInterval(() => stream.flush(), flushMs).unref();
  return stream;
}

/**
 * A log at this level (`fatal` … `trace`, or `silent`), to stdout or to `destination`. Fields with the names of
 * credentials, bodies and queries come out as `[gone]`.
 */
export function createLog(level: string, destination?: { write(line: string): void }): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) => withoutSecrets(fields),
    },
  };
  return pino(options, destination ?? standardOutput());
}
