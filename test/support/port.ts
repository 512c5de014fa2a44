// Free TCP ports of the loopback, for servers that cannot take port 0.
import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections, which could take one before its server listens. */
const first = 10_000;
/** Each process asks in a range of its own, so that two that run side by side are not given the same one. */
const ranges = 220;
const rangeSize = 100;
const start = first + (process.pid % ranges) * rangeSize;
let given = 0;

/** A port that nobody listens on at this moment, and that this process was not given lately. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let tries = 0; tries < rangeSize; tries += 1) {
    const port = start + (given % rangeSize);
    given += 1;
    if (await isFree(port, host)) return port;
  }
  throw new Error(`no port from ${start} on is free`);
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
