// Keeps a directory from filling the hub's memory: a giant message, or an answer of too many, ends the connection before it is kept.

export interface MessageLimits {
  /** Of one message. */
  readonly messageOctets: number;
  /** Of all messages that answer one request, until the last: they are kept together. */
  readonly answerOctets: number;
}
/** An entry with all that is asked of it has a few kilobytes, and comes as one message; a page has at most 500 of them. */
export const usualMessageLimits: MessageLimits = {
  messageOctets: 4 * 1024 * 1024,
  answerOctets: 64 * 1024 * 1024,
};

/** Answers that may be under way at once: more than anybody here asks. */
const mostAnswers = 10_000;
/** SearchResultEntry, SearchResultReference, IntermediateResponse: more is to come (RFC 4511 4.5.2, 4.13). */
const moreToCome: readonly number[] = [0x64, 0x73, 0x79];
/** A tag, a length however it is written, a number of up to 2^31 - 1, then the tag of the operation (RFC 4511 4.1.1). */
const longestOpening = 13;
const noMessage = 'an answer that is no LDAP message';

/**
 * Follows the stream from message to message by the length that each says (RFC 4511 5.1, X.690 8.1.3). Says what is wrong as soon as
 * one is larger than allowed, or is no message, or the answer that it belongs to has grown too large.
 */
export function messageBound({ messageOctets, answerOctets }: MessageLimits): (chunk: Buffer) => string | undefined {
  const kept = new Map<number, number>();
  /** How the message under way begins, until that is known; then how many octets of it are still to come. */
  let beginning: number[] = [];
  let left = 0;

  function begins(octet: number): string | undefined {
    beginning.push(octet);
    if (beginning[0] !== 0x30) return noMessage;
    const length = lengthOf(beginning);
    if (length === undefined) return undefined;
    if (length > messageOctets) return 'an answer is too large';
    const opening = beginning.slice(contentAt(beginning));
    if (opening.length < Math.min(longestOpening, length)) return undefined;
    beginning = [];
    left = length - opening.length;
    const found = openingOf(opening);
    return found === undefined ? noMessage : grows(found.id, moreToCome.includes(found.operation) ? length : undefined);
  }

  function grows(id: number, octets: number | undefined): string | undefined {
    const sum = (kept.get(id) ?? 0) + (octets ?? 0);
    if (octets === undefined) kept.delete(id);
    else kept.set(id, sum);
    if (sum > answerOctets) return `an answer of more than ${answerOctets} bytes`;
    return kept.size > mostAnswers ? 'answers to what was not asked' : undefined;
  }

  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      const passed = Math.min(left, chunk.length - at);
      left -= passed;
      at += passed;
      if (at === chunk.length) return undefined;
      const fault = begins(chunk[at] ?? 0);
      if (fault !== undefined) return fault;
      at += 1;
    }
    return undefined;
  };
}

/** What the head of an element says, whatever follows it; undefined while incomplete. Nothing that LDAP allows has an indefinite length. */
function lengthOf([, first, ...rest]: readonly number[]): number | undefined {
  if (first === undefined) return undefined;
  if (first < 0x80) return first;
  const octets = first & 0x7f;
  if (octets === 0 || octets > 6) return Number.POSITIVE_INFINITY;
  return rest.length < octets ? undefined : numberOf(rest.slice(0, octets));
}

/** Where the content begins. */
const contentAt = ([, first = 0]: readonly number[]): number => (first < 0x80 ? 2 : 2 + (first & 0x7f));

const numberOf = (octets: readonly number[]): number => octets.reduce((sum, octet) => sum * 256 + octet, 0);

/** Which request a message answers, and with what; undefined when it does not say it as RFC 4511 4.1.1 has it. */
function openingOf(octets: readonly number[]) {
  const size = lengthOf(octets) ?? 0;
  if (octets[0] !== 0x02 || size < 1 || size > 4) return undefined;
  const from = contentAt(octets);
  const operation = octets[from + size];
  if (operation === undefined) return undefined;
  return { id: numberOf(octets.slice(from, from + size)), operation };
}
