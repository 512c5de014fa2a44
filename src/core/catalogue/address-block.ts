// Blocks of IP addresses (CIDR, RFC 4632 and RFC 4291 2.3) and the configured network that an address belongs to.
import type { Network } from './snapshot.ts';

export interface AddressBlock {
  /** 32 or 128. */
  readonly bits: number;
  readonly base: bigint;
  readonly prefix: number;
}

/** An address as a number with its width; an IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) is the IPv4 address. */
export function parseAddress(text: string): { readonly bits: number; readonly value: bigint } | undefined {
  const four = parseFour(text);
  if (four !== undefined) return { bits: 32, value: four };
  const six = parseSix(text);
  if (six === undefined) return undefined;
  return six >> 32n === 0xffffn ? { bits: 32, value: six & 0xffffffffn } : { bits: 128, value: six };
}

function parseFour(text: string): bigint | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  // A leading zero is octal to some readers and decimal to others.
  if (!parts?.every((part) => Number(part) <= 255 && (part === '0' || !part.startsWith('0')))) return undefined;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function parseSix(text: string): bigint | undefined {
  const halves = text.split('::');
  if (!text.includes(':') || halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const groups = [...(head ?? []), ...(tail ?? [])];
  const dotted = groups.at(-1)?.includes('.') ? parseFour(groups.at(-1) ?? '') : undefined;
  const last = tail?.length ? tail : head;
  if (groups.at(-1)?.includes('.')) {
    if (dotted === undefined || !last) return undefined;
    last.splice(-1, 1, (dotted >> 16n).toString(16), (dotted & 0xffffn).toString(16));
  }
  const length = (head?.length ?? 0) + (tail?.length ?? 0);
  if (halves.length === 2 ? length > 7 : length !== 8) return undefined;
  const all = [...(head ?? []), ...Array<string>(8 - length).fill('0'), ...(tail ?? [])];
  if (!all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return all.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

/** `10.20.0.0/16` as a block; undefined when it is none, or when bits after the prefix are set. */
export function parseBlock(text: string): AddressBlock | undefined {
  const match = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text);
  const address = match?.[1] === undefined ? undefined : parseAddress(match[1]);
  const prefix = Number(match?.[2]);
  if (!address || prefix > address.bits) return undefined;
  const host = BigInt(address.bits - prefix);
  return (address.value >> host) << host === address.value
    ? { bits: address.bits, base: address.value, prefix }
    : undefined;
}

/** True when the address lies in the block; an address that cannot be read lies nowhere. */
export function inBlock(block: AddressBlock, text: string): boolean {
  const address = parseAddress(text);
  if (!address || address.bits !== block.bits) return false;
  const host = BigInt(block.bits - block.prefix);
  return address.value >> host === block.base >> host;
}

/** Answers the network of an address: the one with the narrowest block that holds it. */
export type NetworkFinder = (address: string) => Network | undefined;

export function networkFinder(networks: Iterable<Network>): NetworkFinder {
  const blocks = [...networks]
    .flatMap((network) => network.cidrs.map((cidr) => ({ network, block: parseBlock(cidr) })))
    .sort((a, b) => (b.block?.prefix ?? 0) - (a.block?.prefix ?? 0) || (a.network.id < b.network.id ? -1 : 1));
  return (address) => blocks.find(({ block }) => block !== undefined && inBlock(block, address))?.network;
}
