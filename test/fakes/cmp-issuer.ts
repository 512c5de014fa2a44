// A CMP server (RFC 4210) in a test's hands, over a small CA: what is not confirmed does not count, and is withdrawn when it is left.
import { createHash, randomBytes } from 'node:crypto';
import { Secret } from '../../src/base/secret.ts';
import {
  childrenOf,
  contentOf,
  DerCursor,
  der,
  derInteger,
  derNull,
  derSequence,
  encodingOf,
  tags,
} from '../../src/base/x509/index.ts';
import {
  type CmpMessage,
  type MessageToWrite,
  type Protection,
  passwordProtection,
  readMessage,
  writeMessage,
} from '../../src/edge/issuers/cmp/index.ts';
import type { IssuerRequest, IssuerResponse } from './issuer-server.ts';
import type { IssueChanges, IssuingCa } from './issuing-ca.ts';

export const cmpReference = 'hub-1';
export const cmpSecret = 'a secret that both know';

const minusOne = der(tags.integer, Buffer.from([0xff]));
const status = (code: number, text?: string, ...bits: number[]) =>
  derSequence(
    derInteger(code),
    ...(text === undefined ? [] : [derSequence(der(tags.utf8String, Buffer.from(text)))]),
    ...(bits.length === 0 ? [] : [failures(bits)]),
  );
function failures(bits: readonly number[]): Buffer {
  const octets = Buffer.alloc(4);
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] as number) | (0x80 >> (bit & 7));
  return der(tags.bitString, Buffer.from([0]), octets);
}

export type CmpServer = ReturnType<typeof cmpServer>;

export function cmpServer(
  ca: IssuingCa,
  answerWith: Protection = passwordProtection(cmpReference, new Secret(cmpSecret)),
) {
  const transactions = new Map<
    string,
    { nonce: Buffer; request: Buffer; certificate?: { der: Buffer; serial: string } }
  >();
  const server = {
    mode: 'issue' as 'issue' | 'wait' | 'refuse',
    changes: {} as IssueChanges,
    /** Told what came, may change what goes. */
    twist: (answer: MessageToWrite, _asked: CmpMessage): MessageToWrite => answer,
    protection: answerWith,
    answer({ body }: IssuerRequest): IssuerResponse {
      const read = readMessage(body);
      if (!read.ok) return { status: 400, body: read.reason };
      const asked = read.message;
      if (answerWith.fault(asked) !== undefined) return { status: 403, body: 'not of the shared secret' };
      const [name, content] = reply(asked);
      const nonce = randomBytes(16);
      const id = asked.transactionId ?? Buffer.alloc(0);
      const transaction = transactions.get(id.toString('hex'));
      if (transaction) transaction.nonce = nonce;
      const answer = server.twist(
        {
          body: name,
          content,
          transactionId: id,
          senderNonce: nonce,
          recipNonce: asked.senderNonce,
          recipient: derSequence(),
        },
        asked,
      );
      return {
        status: 200,
        headers: { 'content-type': 'application/pkixcmp' },
        body: writeMessage(answer, server.protection),
      };
    },
  };
  const error = (text: string, ...bits: number[]) => ['error', derSequence(status(2, text, ...bits))] as const;

  function reply(asked: CmpMessage): readonly [MessageToWrite['body'], Buffer] {
    const id = asked.transactionId?.toString('hex') ?? '';
    const transaction = transactions.get(id);
    if (asked.body === 'p10cr') {
      if (transaction !== undefined) return error('transaction in use', 21);
      transactions.set(id, { nonce: Buffer.alloc(0), request: encodingOf(asked.content) });
      return decide(id);
    }
    if (asked.body === 'rr') return revoke(asked);
    if (transaction === undefined) return error('no such transaction', 2);
    if (asked.recipNonce?.equals(transaction.nonce) !== true) return error('another nonce', 2);
    if (asked.body === 'pollReq') return decide(id);
    if (asked.body !== 'certConf' || transaction.certificate === undefined) return error('not now', 2);
    transactions.delete(id);
    const [hash, requestId, no] = childrenOf(new DerCursor(asked.content).next());
    const { serial, der: issued } = transaction.certificate;
    if (!hash || !requestId || !contentOf(hash).equals(createHash('sha256').update(issued).digest()))
      return error('another certificate', 2);
    ca.made.set(serial, no === undefined ? 'good' : 'revoked');
    return ['pkiconf', derNull()];
  }

  function decide(id: string): readonly [MessageToWrite['body'], Buffer] {
    const transaction = transactions.get(id);
    if (transaction === undefined) return error('no such transaction', 2);
    const polled = transaction.nonce.length > 0;
    if (server.mode === 'wait')
      return polled
        ? ['pollRep', derSequence(derSequence(minusOne, derInteger(60)))]
        : ['cp', derSequence(derSequence(derSequence(minusOne, status(3))))];
    if (server.mode === 'refuse') {
      transactions.delete(id);
      return ['cp', derSequence(derSequence(derSequence(minusOne, status(2, 'The holder is\nnot registered'))))];
    }
    transaction.certificate ??= ca.issue(transaction.request, server.changes, 'unconfirmed');
    const { der: issued } = transaction.certificate;
    return ['cp', derSequence(derSequence(derSequence(minusOne, status(0), derSequence(der(0xa0, issued)))))];
  }

  function revoke(asked: CmpMessage): readonly [MessageToWrite['body'], Buffer] {
    const details = new DerCursor(new DerCursor(asked.content).next());
    const [serialField] = childrenOf(details.next());
    const reason = childrenOf(details.next())[0];
    const serial = serialField === undefined ? '' : contentOf(serialField).toString('hex').replace(/^00/, '');
    const last = reason === undefined ? 0 : (encodingOf(reason).at(-1) as number);
    if (!ca.made.has(serial)) return ['rp', derSequence(derSequence(status(2, 'no such certificate', 4)))];
    if (ca.made.get(serial) === 'revoked' && last !== 8)
      return ['rp', derSequence(derSequence(status(2, 'revoked before', 10)))];
    ca.made.set(serial, last === 8 ? 'good' : 'revoked');
    return ['rp', derSequence(derSequence(status(0)))];
  }
  return server;
}
