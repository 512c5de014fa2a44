// The test cards as a small program for `tillit card`: one order as JSON on standard input, one answer as JSON on one line.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { CardFault, cardFiles, cardIn } from './card-folder.ts';
import { holdCard, isInserted, pullCard, triesLeft } from './holder.ts';
import { blockCard, type CardOrder, destroyCard, makeCard, openTestAuthority, pinOf } from './make-card.ts';
import { readSofthsmCertificate, softhsmModule } from './softhsm.ts';

type Order =
  | ({ readonly do: 'make'; readonly authority: string; readonly folder: string } & CardOrder)
  | { readonly do: 'about' | 'pull' | 'block' | 'destroy'; readonly authority: string; readonly folder: string }
  | { readonly do: 'insert' | 'hold'; readonly authority: string; readonly folder: string; readonly port: number };

const say = (answer: object): void => {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
};

/** What is to be known of a card that is there: for one in a token, its certificate is what the token gives. */
function about(folder: string): object {
  const card = cardIn(folder);
  const files = cardFiles(folder);
  return {
    card,
    certificates: files.certificates,
    ...(card.form === 'softhsm'
      ? { certificate: readSofthsmCertificate(folder).toString('base64'), module: softhsmModule() }
      : {}),
    ...(card.form === 'piv' ? { triesLeft: triesLeft(folder), inserted: isInserted(folder) } : {}),
  };
}

/** Starts a holder that outlives us, and answers when it has the card in the reader. */
function insert(order: { readonly authority: string; readonly folder: string; readonly port: number }): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined); // when it ended before it read
  child.stdin.end(JSON.stringify({ ...order, do: 'hold' }));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new CardFault('the card went out again at once')));
    child.stdout.once('data', (line: Buffer) => {
      const { fault } = JSON.parse(line.toString()) as { fault?: string };
      child.stdout.destroy();
      child.unref();
      if (fault === undefined) resolve();
      else reject(new CardFault(fault));
    });
  });
}

async function carryOut(order: Order): Promise<void> {
  const pki = openTestAuthority(order.authority);
  const { folder } = order;
  switch (order.do) {
    case 'make':
      return say({ card: makeCard(pki, folder, order), pin: pinOf(folder) });
    case 'about':
      return say(about(folder));
    case 'insert':
      await insert(order);
      return say({ card: cardIn(folder), port: order.port });
    case 'hold':
      return await holdCard(folder, order.port, () => say({}));
    case 'pull':
      return say({ card: cardIn(folder), wasInserted: await pullCard(folder) });
    case 'block':
      return say(blockCard(pki, folder));
    case 'destroy':
      await pullCard(folder);
      return say({ card: destroyCard(folder) });
  }
}

try {
  await carryOut(JSON.parse(await text(process.stdin)) as Order);
} catch (error) {
  if (!(error instanceof CardFault)) throw error;
  say({ fault: error.message });
  process.exitCode = 1;
}
