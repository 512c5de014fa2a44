// A connection of our own for a long copy, which is cut off, not ended politely, when the copy breaks half-way.
import pg from 'pg';

/** Runs work on a fresh connection. After a failure inside a COPY the protocol is out of step, so the socket is closed. */
export async function withConnection<T>(config: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  await client.connect();
  try {
    const result = await work(client);
    await client.end();
    return result;
  } catch (error) {
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    throw error;
  }
}
