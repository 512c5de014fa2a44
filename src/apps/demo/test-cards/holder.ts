// Keeps a virtual card in its reader until it is pulled: a process of its own, which listens for the word that ends it.
import { createPrivateKey, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { pemBlocks } from '../../../base/x509/index.ts';
import { writePrivate } from '../test-ca/pki.ts';
import { CardFault, cardFiles, cardIn } from './card-folder.ts';
import { pinOf } from './make-card.ts';
import { PivCard } from './piv-card.ts';
import { type InsertedCard, insertCard } from './virtual-reader.ts';

interface Inserted {
  /** The holder's own port on this machine, and what to say there. */
  readonly port: number;
  readonly word: string;
}

/** Whether the folder's card is in a reader, as far as its folder says. */
export const isInserted = (folder: string): boolean => existsSync(cardFiles(folder).inserted);

export function triesLeft(folder: string): number {
  return Number(readFileSync(cardFiles(folder).tries, 'utf8'));
}

function cardOf(folder: string): PivCard {
  const files = cardFiles(folder);
  const [certificate] = pemBlocks(readFileSync(files.certificates, 'utf8'));
  if (certificate === undefined) throw new CardFault('the card has lost its certificate');
  return new PivCard({
    certificate,
    key: createPrivateKey(readFileSync(files.key)),
    pin: pinOf(folder),
    triesLeft: triesLeft(folder),
    onTriesLeft: (left) => writePrivate(files.tries, `${left}\n`),
  });
}

/** Inserts the card and keeps it there; `ready` when it is in. Ends when somebody pulls it or the reader goes away. */
export async function holdCard(folder: string, port: number, ready: () => void): Promise<void> {
  if (cardIn(folder).form !== 'piv') throw new CardFault('only a card of form piv goes into a reader');
  if (isInserted(folder)) throw new CardFault('the card is in a reader already');
  let card: InsertedCard;
  try {
    card = await insertCard(cardOf(folder), port);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
    throw new CardFault(`no virtual reader listens on port ${port}: start pcscd with vsmartcard-vpcd installed`);
  }
  const word = randomBytes(16).toString('hex');
  const server = createServer((socket) => {
    socket.setEncoding('utf8').setTimeout(2_000, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('data', (said: string) => {
      if (said.trim() === word) card.pull();
      socket.end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const inserted: Inserted = { port: typeof address === 'object' ? (address?.port ?? 0) : 0, word };
  writePrivate(cardFiles(folder).inserted, JSON.stringify(inserted));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => card.pull());
  ready();
  await card.gone;
  rmSync(cardFiles(folder).inserted, { force: true });
  server.close();
}

/** Pulls the card; answers false when it was in no reader. */
export async function pullCard(folder: string): Promise<boolean> {
  const { inserted } = cardFiles(folder);
  cardIn(folder);
  if (!isInserted(folder)) return false;
  const { port, word } = JSON.parse(readFileSync(inserted, 'utf8')) as Inserted;
  const answered = await new Promise<boolean>((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.end(word));
    socket.once('error', () => resolve(false));
    socket.resume().once('close', () => resolve(true));
  });
  for (let round = 0; answered && round < 200 && isInserted(folder); round++)
    await new Promise((wait) => setTimeout(wait, 10));
  // A holder that was killed left its mark behind.
  rmSync(inserted, { force: true });
  return answered;
}
