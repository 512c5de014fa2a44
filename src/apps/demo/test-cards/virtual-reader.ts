// Puts a card into a virtual reader of vpcd (vsmartcard): a TCP connection is a card in the reader, its end is the card pulled.
import { connect } from 'node:net';

/** What a reader needs of a card. */
export interface CardInReader {
  readonly atr: Buffer;
  reset(): void;
  answer(command: Buffer): Buffer;
}

export interface InsertedCard {
  pull(): void;
  /** When it is in the reader no more: pulled, or the reader went away. */
  readonly gone: Promise<void>;
}

/** The port of vpcd's first reader, unless its configuration says another. */
export const firstReaderPort = 35_963;
/** vpcd's control octets: a message of one octet is not for the card. */
const answerToReset = 4;

/** Inserts the card. Rejects when no reader listens there. */
export function insertCard(card: CardInReader, port: number, host = '127.0.0.1'): Promise<InsertedCard> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host });
    let waiting = Buffer.alloc(0);
    card.reset();
    const send = (message: Buffer): void => {
      const size = Buffer.alloc(2);
      size.writeUInt16BE(message.length);
      socket.write(Buffer.concat([size, message]));
    };
    const handle = (message: Buffer): void => {
      if (message.length !== 1) send(card.answer(message));
      else if (message[0] === answerToReset) send(card.atr);
      else card.reset(); // power off, power on, reset
    };
    socket.on('data', (bytes) => {
      waiting = Buffer.concat([waiting, bytes]);
      while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
        const end = 2 + waiting.readUInt16BE(0);
        const message = waiting.subarray(2, end);
        waiting = waiting.subarray(end);
        handle(message);
      }
    });
    socket.once('error', reject);
    socket.once('connect', () => {
      const gone = new Promise<void>((end) => {
        socket.once('close', () => {
          card.reset();
          end();
        });
      });
      resolve({ pull: () => socket.destroy(), gone });
    });
  });
}
