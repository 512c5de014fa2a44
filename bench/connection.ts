// One raw keep-alive connection: a request is written as prepared bytes, an answer is read by its length. No pipelining.
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  /** Header block, as sent, without the status line. */
  readonly head: string;
  readonly body: string;
}

export interface Connection {
  /** Sends one request; the next one only after its answer. */
  send(request: string): Promise<Answer>;
  close(): void;
}

/** The request text of a form POST. */
export function formPost(path: string, body: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${lines.join('')}\r\n${body}`;
}

export const get = (path: string, headers: Readonly<Record<string, string>> = {}): string =>
  `GET ${path} HTTP/1.1\r\nhost: localhost\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;

/** The value of a header of an answer. */
export function headerOf(answer: Answer, name: string): string | undefined {
  return new RegExp(`^${name}: *(.*?)\r?$`, 'im').exec(answer.head)?.[1];
}

export async function openConnection(port: number): Promise<Connection> {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const made = connect({ host: '127.0.0.1', port, noDelay: true }, () => resolve(made));
    made.once('error', reject);
  });
  socket.setEncoding('latin1');
  let buffer = '';
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  const fail = (error: Error) => {
    waiting?.reject(error);
    waiting = undefined;
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server closed the connection')));
  socket.on('data', (chunk: string) => {
    buffer += chunk;
    const read = readAnswer(buffer);
    if (read === undefined) return;
    buffer = buffer.slice(read.length);
    const { resolve } = waiting ?? { resolve: () => undefined };
    waiting = undefined;
    resolve(read.answer);
  });
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request, 'latin1');
      }),
    close: () => socket.destroy(),
  };
}

/** The first answer in `text`, with the bytes it took; undefined while it is not complete. */
function readAnswer(text: string): { readonly answer: Answer; readonly length: number } | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = text.slice(0, end);
  const status = Number(head.slice(9, 12));
  const start = end + 4;
  const answer = (body: string, length: number) => ({ answer: { status, head, body }, length });
  const declared = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (declared !== undefined) {
    const length = start + Number(declared);
    return text.length < length ? undefined : answer(text.slice(start, length), length);
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return answer('', start);
  const last = text.indexOf('0\r\n\r\n', start);
  return last < 0 ? undefined : answer(text.slice(start, last), last + 5);
}
