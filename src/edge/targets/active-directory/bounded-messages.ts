// Keeps a directory from filling the hub's memory: a message that says it is giant ends the connection before it is kept.
import type { TLSSocket } from 'node:tls';

/** An entry with all that is asked of it has a few kilobytes; a page of 500 comes in as many messages. */
export const mostMessageBytes = 4 * 1024 * 1024;

/**
 * Follows the stream from message to message by the length that each says (RFC 4511 5.1, X.690 8.1.3). Answers false as soon as one is
 * larger than allowed, or is no message.
 */
export function messageBound(most = mostMessageBytes): (chunk: Buffer) => boolean {
  /** Octets of the message under way that are still to come. */
  let left = 0;
  let head: number[] = [];
  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      if (left > 0) {
        const taken = Math.min(left, chunk.length - at);
        left -= taken;
        at += taken;
        continue;
      }
      head.push(chunk[at] ?? 0);
      at += 1;
      const length = lengthOf(head);
      if (length === undefined) continue;
      if (head[0] !== 0x30 || length > most) return false;
      left = length;
      head = [];
    }
    return true;
  };
}

/** The length that the head of an element says; undefined while that is incomplete. Nothing that LDAP allows has an indefinite one. */
function lengthOf([, first, ...rest]: readonly number[]): number | undefined {
  if (first === undefined) return undefined;
  if (first < 0x80) return first;
  const octets = first & 0x7f;
  if (octets === 0 || octets > 6) return Number.POSITIVE_INFINITY;
  return rest.length < octets ? undefined : rest.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** Ends a connection whose other side says that something giant comes. */
export function boundMessages(socket: TLSSocket): TLSSocket {
  const fits = messageBound();
  socket.on('data', (chunk: Buffer) => {
    if (!fits(chunk)) socket.destroy(new Error('an answer is too large'));
  });
  return socket;
}
