// Address ranges: is an address inside a CIDR block (RFC 4632, RFC 4291)? IPv4, IPv6 and IPv4-mapped IPv6.
import { isIP } from 'node:net';
import { Problem } from './problem.ts';

/** A CIDR block. */
export interface AddressBlock {
  /** The address as written, 4 or 16 octets. */
  readonly bytes: Uint8Array;
  /** Length of the prefix. */
  readonly bits: number;
}

function ipv4Bytes(text: string): Uint8Array {
  return Uint8Array.from(text.split('.'), Number);
}

/** Groups of one side of `::`, with a dotted IPv4 tail written as two groups. */
function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return [Number.parseInt(part, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = ipv4Bytes(part);
    return [(a << 8) | b, (c << 8) | d];
  });
}

function ipv6Bytes(text: string): Uint8Array {
  const [head = '', tail] = text.split('::');
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  const bytes = new Uint8Array(16);
  for (let i = 0; i < 8; i += 1) {
    const group = all[i] ?? 0;
    bytes[2 * i] = group >> 8;
    bytes[2 * i + 1] = group & 0xff;
  }
  return bytes;
}

const isMapped = (bytes: Uint8Array): boolean =>
  bytes.length === 16 && bytes[10] === 0xff && bytes[11] === 0xff && bytes.subarray(0, 10).every((byte) => byte === 0);

/** The bytes of an address as written, 4 or 16; undefined when it is none. A zone (`%eth0`) is left out. */
function rawBytes(address: string): Uint8Array | undefined {
  const zone = address.indexOf('%');
  const text = zone < 0 ? address : address.slice(0, zone);
  const family = isIP(text);
  return family === 4 ? ipv4Bytes(text) : family === 6 ? ipv6Bytes(text) : undefined;
}

/** The bytes of an address; `::ffff:a.b.c.d` is the IPv4 address that it stands for. */
function addressBytes(address: string): Uint8Array | undefined {
  const bytes = rawBytes(address);
  return bytes && isMapped(bytes) ? bytes.subarray(12) : bytes;
}

/** A block such as `10.20.0.0/16`, or one address; undefined when it is neither. */
export function parseBlock(cidr: string): AddressBlock | undefined {
  const slash = cidr.indexOf('/');
  const bytes = rawBytes(slash < 0 ? cidr : cidr.slice(0, slash));
  if (!bytes || cidr.includes('%')) return undefined;
  const full = bytes.length * 8;
  const suffix = slash < 0 ? String(full) : cidr.slice(slash + 1);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(suffix)) return undefined;
  const bits = Number(suffix);
  if (bits > full) return undefined;
  if (isMapped(bytes) && bits >= 96) return { bytes: bytes.subarray(12), bits: bits - 96 };
  return { bytes, bits };
}

function within(bytes: Uint8Array, block: AddressBlock): boolean {
  if (bytes.length !== block.bytes.length) return false;
  const whole = block.bits >> 3;
  for (let i = 0; i < whole; i += 1) if (bytes[i] !== block.bytes[i]) return false;
  const rest = block.bits & 7;
  if (rest === 0) return true;
  const mask = (0xff << (8 - rest)) & 0xff;
  return ((bytes[whole] ?? 0) & mask) === ((block.bytes[whole] ?? 0) & mask);
}

/** True when no bit after the prefix is set: `10.20.0.0/16`, not `10.20.3.4/16`. */
export const isNetworkAddress = ({ bytes, bits }: AddressBlock): boolean =>
  bytes.every((byte, at) => (byte & (0xff >> Math.min(8, Math.max(0, bits - at * 8)))) === 0);

/** True when the address lies in the block; an address that cannot be read lies nowhere. */
export function inBlock(address: string, block: AddressBlock): boolean {
  const bytes = addressBytes(address);
  return bytes !== undefined && within(bytes, block);
}

/** The network of `bits` that an address lies in, as text: `2001:db8:0:1::/64`. Undefined when it is no address of that family. */
export function networkOfAddress(address: string, bits: number): string | undefined {
  const bytes = addressBytes(address);
  if (!bytes || bits > bytes.length * 8) return undefined;
  const kept = bytes.map((byte, at) => byte & (0xff << (8 - Math.min(8, Math.max(0, bits - at * 8)))) & 0xff);
  if (kept.length === 4) return `${kept.join('.')}/${bits}`;
  const pairs = Array.from({ length: 8 }, (_, at) =>
    (((kept[2 * at] ?? 0) << 8) | (kept[2 * at + 1] ?? 0)).toString(16),
  );
  return `${pairs.join(':').replace(/(?::0)+$/, '::')}/${bits}`;
}

/** True when the text is an address or a CIDR block. */
export const isCidr = (text: string): boolean => parseBlock(text) !== undefined;

/** True when the address lies in the block. False for anything that is not an address, or not a block. */
export function ipInCidr(address: string, cidr: string): boolean {
  const bytes = addressBytes(address);
  const block = parseBlock(cidr);
  return bytes !== undefined && block !== undefined && within(bytes, block);
}

/** A test of many blocks, parsed once. Throws a Problem when one of them is no block. */
export function cidrMatcher(cidrs: readonly string[]): (address: string) => boolean {
  const blocks = cidrs.map((cidr) => {
    const block = parseBlock(cidr);
    if (!block) throw new Problem({ kind: 'invalid', code: 'network.cidr', public: { cidr } });
    return block;
  });
  if (blocks.length === 0) return () => false;
  return (address) => {
    const bytes = addressBytes(address);
    return bytes !== undefined && blocks.some((block) => within(bytes, block));
  };
}

/** An address in one spelling: IPv4-mapped as IPv4, no zone. Undefined when it is no address. */
export function plainAddress(address: string): string | undefined {
  const zone = address.indexOf('%');
  const text = zone < 0 ? address : address.slice(0, zone);
  const bytes = addressBytes(text);
  if (!bytes) return undefined;
  return bytes.length === 4 ? bytes.join('.') : text.toLowerCase();
}
