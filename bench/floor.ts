// The crypto floor's process: the signature work of a request and nothing else, by sync node:crypto, keys held ready.
import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { serveLines } from './child.ts';

export interface FloorWork {
  /** Compact JWS of each request, each with the number of its key. */
  readonly requests: readonly { readonly verify: readonly { readonly token: string; readonly key: number }[] }[];
  /** Signatures that a request makes, over inputs of this many bytes. */
  readonly signs: readonly number[];
}

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
let keys: readonly KeyObject[] = [];

/** r‖s to DER: node's own conversion costs 25 µs more on some versions (docs/benchmarks.md). */
function toDer(signature: Buffer): Buffer {
  const integer = (bytes: Buffer): Buffer => {
    let start = 0;
    while (start < bytes.length - 1 && bytes[start] === 0) start++;
    const body = bytes.subarray(start);
    const padded = (body[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.alloc(1), body]) : body;
    return Buffer.concat([Buffer.from([2, padded.length]), padded]);
  };
  const both = Buffer.concat([integer(signature.subarray(0, 32)), integer(signature.subarray(32))]);
  return Buffer.concat([Buffer.from([0x30, both.length]), both]);
}

/** DER to r‖s. */
function fromDer(der: Buffer): Buffer {
  const raw = Buffer.alloc(64);
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0;
    const body = der.subarray(at + 2, at + 2 + length);
    const tail = body.length > 32 ? body.subarray(1) : body;
    tail.copy(raw, end - tail.length);
    at += 2 + length;
  }
  return raw;
}

function verified(token: string, key: KeyObject): boolean {
  const dot = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(dot + 1), 'base64url');
  return verify('sha256', Buffer.from(token.slice(0, dot), 'latin1'), key, toDer(signature));
}

function run({ requests, signs }: FloorWork): { readonly cpuMs: number; readonly count: number } {
  const inputs = signs.map((length) => Buffer.alloc(length, 'a'));
  const before = process.cpuUsage();
  for (const request of requests) {
    for (const { token, key } of request.verify) {
      const known = keys[key];
      if (known === undefined || !verified(token, known)) throw new Error('the floor was given a wrong signature');
    }
    for (const input of inputs) fromDer(sign('sha256', input, privateKey));
  }
  const spent = process.cpuUsage(before);
  return { cpuMs: (spent.user + spent.system) / 1000, count: requests.length };
}

serveLines((line: { readonly keys: readonly Record<string, string>[] } | FloorWork) => {
  if ('requests' in line) return run(line);
  keys = [...line.keys.map((jwk) => createPublicKey({ key: jwk, format: 'jwk' })), publicKey];
  return { ready: true };
});
