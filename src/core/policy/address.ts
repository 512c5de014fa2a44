// Whether an IP address lies in a CIDR block; an IPv4-mapped IPv6 address is the IPv4 address (RFC 4291 2.5.5.2).

function v4Bits(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function v6Groups(text: string): readonly string[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  if (head === undefined) return undefined;
  if (tail === undefined) return head.length === 8 ? head : undefined;
  const gap = 8 - head.length - tail.length;
  return gap < 1 ? undefined : [...head, ...Array.from({ length: gap }, () => '0'), ...tail];
}

function v6Bits(text: string): bigint | undefined {
  const lastColon = text.lastIndexOf(':');
  if (lastColon < 0) return undefined;
  let source = text.replace(/%.*$/, '');
  const ending = source.slice(lastColon + 1);
  if (ending.includes('.')) {
    const v4 = v4Bits(ending);
    if (v4 === undefined) return undefined;
    source = `${source.slice(0, lastColon + 1)}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
  }
  const groups = v6Groups(source);
  if (groups === undefined || !groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

interface Address {
  readonly width: 32 | 128;
  readonly bits: bigint;
}

function addressOf(text: string): Address | undefined {
  const v4 = v4Bits(text);
  if (v4 !== undefined) return { width: 32, bits: v4 };
  const v6 = v6Bits(text);
  if (v6 === undefined) return undefined;
  return v6 >> 32n === 0xffffn ? { width: 32, bits: v6 & 0xffffffffn } : { width: 128, bits: v6 };
}

/** The prefix length of `cidr` when `ip` lies in it; undefined when it does not or when either cannot be read. */
export function inBlock(ip: string, cidr: string): number | undefined {
  const [base, length] = cidr.split('/');
  const address = addressOf(ip);
  const block = addressOf(base ?? '');
  if (address === undefined || block === undefined || address.width !== block.width) return undefined;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const prefix = length === undefined ? block.width : Number(length);
  if (prefix > block.width) return undefined;
  const shift = BigInt(block.width - prefix);
  return address.bits >> shift === block.bits >> shift ? prefix : undefined;
}
