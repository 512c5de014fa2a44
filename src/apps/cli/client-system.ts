// `tillit client-system new-key`: makes the api key of a client system; the catalogue's file gets its hash, the supplier the key.
import { newToken, tokenHash } from '../../base/ids.ts';
import { type Command, usedWrongly } from './command.ts';

export const clientSystem: Command = {
  name: 'client-system',
  summary: 'Make an api key for a client system.',
  usage: `client-system new-key
Shows a new key once, and its hash: put the hash into apiKeyHashes of the system's entry in clientSystems and apply it, and
give the key to the supplier. Two hashes may stand there while one key takes the other's place. Changes nothing by itself.`,
  async run(args, io) {
    if (args.length !== 1 || args[0] !== 'new-key') return usedWrongly(clientSystem, io, 'Say new-key.');
    const key = newToken();
    io.out(`api-key (shown this once): ${key}`);
    io.out(`apiKeyHashes: [${tokenHash(key)}]`);
    return 0;
  },
};
