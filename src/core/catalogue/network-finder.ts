// The configured network that an address belongs to.
import { inBlock, parseBlock } from '../../base/ip-address.ts';
import type { Network } from './snapshot.ts';

/** Answers the network of an address: the one with the narrowest block that holds it. */
export type NetworkFinder = (address: string) => Network | undefined;

export function networkFinder(networks: Iterable<Network>): NetworkFinder {
  const blocks = [...networks]
    .flatMap((network) => network.cidrs.map((cidr) => ({ network, block: parseBlock(cidr) })))
    .sort((a, b) => (b.block?.bits ?? 0) - (a.block?.bits ?? 0) || (a.network.id < b.network.id ? -1 : 1));
  return (address) => blocks.find(({ block }) => block !== undefined && inBlock(address, block))?.network;
}
