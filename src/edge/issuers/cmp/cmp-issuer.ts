// An outside CA by CMP (RFC 4210, 9810) over HTTP (RFC 9811): each answer is held to its transaction, its nonces and its protection.
import { createHash } from 'node:crypto';
import { Problem } from '../../../base/problem.ts';
import { type Certificate, readCertificate } from '../../../base/x509/index.ts';
import {
  type OutsideAnswer,
  type OutsideIssuer,
  type RevocationReason,
  revocationReason,
  revocationReasons,
} from '../../../core/ordering/index.ts';
import {
  failure,
  pkiStatus,
  readCertRep,
  readError,
  readPollRep,
  readRevocationRep,
  type StatusInfo,
  writeCertConf,
  writePollReq,
  writeRevocation,
} from './bodies.ts';
import { type BodyName, type CmpMessage, readMessage, readOrReason, writeMessage } from './message.ts';
import type { Protection } from './protection.ts';

/** Port: one POST of a message; a redirect is an answer; rejects on anything but a whole one in bounds. */
export type AskCmp = (
  url: string,
  message: Buffer,
) => Promise<{ readonly status: number; readonly contentType: string; readonly body: Buffer }>;

export interface CmpSettings {
  /** For example `https://ca.example/.well-known/cmp/p/cards` (RFC 9811 3.4). */
  readonly address: string;
  /** The certificate of the CA that signs, DER. */
  readonly signer: Uint8Array;
  /** It knows holds and their end; otherwise a suspended card is suspended here alone. */
  readonly holds: boolean;
}

export interface CmpParts {
  readonly ask: AskCmp;
  readonly protection: Protection;
  /** Fresh octets. */
  readonly random: (length: number) => Buffer;
}

/** A transaction that goes on: what a memo holds, as hexadecimal. */
interface Transaction {
  readonly id: Buffer;
  /** The last nonce of the other side. */
  readonly nonce: Buffer;
  readonly requestId: Buffer;
}

export interface AnswerFacts {
  readonly message: CmpMessage;
  readonly transactionId: Buffer;
  readonly senderNonce: Buffer;
  readonly protection: Protection;
}

export interface CmpCheck {
  readonly name: string;
  readonly clause: string;
  /** What is wrong, or undefined. */
  readonly fault: (facts: AnswerFacts) => string | undefined;
}

/** Before anything in an answer counts; a test leaves each out. */
export const cmpChecks: readonly CmpCheck[] = [
  {
    name: 'cmp.protection',
    clause: 'RFC 4210 5.1.3: every message, errors too',
    fault: ({ message, protection }) => protection.fault(message),
  },
  {
    name: 'cmp.transaction',
    clause: 'RFC 4210 5.1.1: of this transaction',
    fault: ({ message, transactionId }) =>
      message.transactionId?.equals(transactionId) === true ? undefined : 'it is of another transaction',
  },
  {
    name: 'cmp.nonce',
    clause: 'RFC 4210 5.1.1: an answer to this very message',
    fault: ({ message, senderNonce }) =>
      message.recipNonce?.equals(senderNonce) === true ? undefined : 'it answers another message',
  },
  {
    name: 'cmp.freshNonce',
    clause: 'RFC 9483 3.1: 128 bits of its own',
    fault: ({ message, senderNonce }) =>
      message.senderNonce !== undefined && message.senderNonce.length >= 16 && !message.senderNonce.equals(senderNonce)
        ? undefined
        : 'it has no nonce of its own',
  },
];

const firstPollSeconds = 30;
/** Failures that are about us or the server, not about the request: it is tried again. */
const transient: readonly number[] = [
  failure.badMessageCheck,
  failure.badTime,
  failure.signerNotTrusted,
  failure.transactionIdInUse,
  failure.systemUnavail,
  failure.systemFailure,
];

const away = (detail: string, cause?: unknown): Problem =>
  new Problem({ kind: 'unavailable', code: 'unavailable', detail: `CMP: ${detail}`, cause });

const memoOf = ({ id, nonce, requestId }: Transaction): string =>
  [id, nonce, requestId].map((octets) => octets.toString('hex')).join(' ');
function transactionOf(memo: string): Transaction {
  const [id, nonce, requestId] = memo.split(' ').map((hex) => Buffer.from(hex, 'hex'));
  if (id === undefined || nonce === undefined || requestId === undefined) throw away('a memo of another kind');
  return { id, nonce, requestId };
}

/** The issuer at the other end of `ask`. `checks` are an argument for the tests that leave one out. */
export function cmpIssuer(
  { address, signer, holds }: CmpSettings,
  { ask, protection, random }: CmpParts,
  checks: readonly CmpCheck[] = cmpChecks,
): OutsideIssuer {
  const reading = readCertificate(Buffer.from(signer));
  const signerName = (): Buffer => {
    if (!reading.ok) throw away(`the configured CA cannot be read (${reading.reason})`);
    return reading.certificate.subject.der;
  };

  /** Sends one message and answers what was answered, once every check holds. */
  async function exchange(
    body: BodyName,
    content: Buffer,
    transaction: { readonly id: Buffer; readonly nonce?: Buffer },
  ): Promise<CmpMessage> {
    const senderNonce = random(16);
    const { id: transactionId, nonce: recipNonce } = transaction;
    const sent = writeMessage(
      { body, content, transactionId, senderNonce, recipNonce, recipient: signerName() },
      protection,
    );
    let answer: Awaited<ReturnType<AskCmp>>;
    try {
      answer = await ask(address, sent);
    } catch (cause) {
      throw away(cause instanceof Error ? cause.message : 'no whole answer', cause);
    }
    if (answer.status !== 200) throw away(`status ${answer.status}`);
    if (answer.contentType.split(';')[0]?.trim().toLowerCase() !== 'application/pkixcmp')
      throw away('the answer is no CMP message');
    const read = readMessage(answer.body);
    if (!read.ok) throw away(`the answer cannot be read (${read.reason})`);
    const facts: AnswerFacts = { message: read.message, transactionId, senderNonce, protection };
    for (const { fault } of checks) {
      const wrong = fault(facts);
      if (wrong !== undefined) throw away(`the answer is not believed: ${wrong}`);
    }
    return read.message;
  }

  function read<T>(reader: () => T): T {
    const value = readOrReason(reader);
    if (!value.ok) throw away(`the answer cannot be read (${value.reason})`);
    return value.value;
  }

  const refusedBy = ({ text, failures }: StatusInfo): OutsideAnswer => {
    if (transient.some((bit) => failures.has(bit))) throw away(text || 'it cannot do it now');
    return { kind: 'refused', reason: text || 'no reason was given' };
  };

  function answerOf(message: CmpMessage, id: Buffer, asked?: Transaction): OutsideAnswer {
    const { body, content, senderNonce: nonce = Buffer.alloc(0) } = message;
    if (body === 'error') return refusedBy(read(() => readError(content)));
    if (body === 'pollRep' && asked !== undefined) {
      const retryAfterSeconds = read(() => readPollRep(content));
      return { kind: 'pending', retryAfterSeconds, memo: memoOf({ ...asked, nonce }) };
    }
    if (body !== 'cp') throw away(`${body} is no answer to a request`);
    const { requestId, status, certificate } = read(() => readCertRep(content));
    const memo = memoOf({ id, nonce, requestId });
    if (status.status === pkiStatus.waiting) return { kind: 'pending', retryAfterSeconds: firstPollSeconds, memo };
    if (status.status === pkiStatus.rejection) return refusedBy(status);
    if (status.status > pkiStatus.grantedWithMods || certificate === undefined)
      throw away(`status ${status.status} and ${certificate === undefined ? 'no' : 'a'} certificate`);
    return { kind: 'issued', certificate, memo };
  }

  async function revoke(serial: string, reason: RevocationReason): Promise<'done' | 'byHand'> {
    const content = writeRevocation(signerName(), Buffer.from(serial, 'hex'), revocationReasons[reason]);
    const message = await exchange('rr', content, { id: random(16) });
    const info =
      message.body === 'rp'
        ? read(() => readRevocationRep(message.content))
        : message.body === 'error'
          ? read(() => readError(message.content))
          : undefined;
    if (info === undefined) throw away(`${message.body} is no answer to a revocation`);
    if (info.status !== pkiStatus.rejection && message.body === 'rp' && info.status !== pkiStatus.waiting)
      return 'done';
    if (info.failures.has(failure.certRevoked) && reason !== 'removeFromCRL') return 'done';
    // It does not know the certificate: a human must look.
    if (info.failures.has(failure.badCertId)) return 'byHand';
    throw away(info.text || 'it does not revoke, and gives no reason');
  }

  return {
    async submit({ request }, memo) {
      if (memo !== undefined) {
        const transaction = transactionOf(memo);
        const message = await exchange('pollReq', writePollReq(transaction.requestId), transaction);
        return answerOf(message, transaction.id, transaction);
      }
      // A new transaction each time: what an earlier one made and nobody confirmed, the CA withdraws (RFC 4210 5.2.8).
      const id = random(16);
      return answerOf(await exchange('p10cr', Buffer.from(request), { id }), id);
    },
    async confirm(memo, certificate, taken) {
      const transaction = transactionOf(memo);
      const content = writeCertConf(certificateHash(certificate), transaction.requestId, taken);
      const { body } = await exchange('certConf', content, transaction);
      if (body === 'pkiconf') return 'done';
      if (body === 'error') return 'gone';
      throw away(`${body} is no answer to a confirmation`);
    },
    async revoke(serial, why) {
      if (why === 'hold' && !holds) return { kind: 'hubOnly' };
      return { kind: await revoke(serial, revocationReason(why)) };
    },
    async release(serial) {
      if (!holds) return { kind: 'hubOnly' };
      return { kind: await revoke(serial, 'removeFromCRL') };
    },
  };
}

/** RFC 4210 5.3.18: by the hash of the certificate's own signature. */
function certificateHash({ der, algorithm }: Certificate): Buffer {
  const hash = algorithm.method?.hash;
  if (hash === undefined || hash === null) throw away('a certificate whose signature has no hash cannot be confirmed');
  return createHash(hash).update(der).digest();
}
