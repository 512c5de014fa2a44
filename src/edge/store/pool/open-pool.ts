// A pool whose lost connections fail their statements and never end the process.
import pg from 'pg';

/**
 * Opens a pool. An `error` of a connection that is in use reaches whoever waits for its statement; the event itself,
 * which node-postgres emits besides (and once more for each write that comes too late), is not for anyone.
 * @param config what `pg.Pool` takes
 * @param onLost told of an idle connection that was lost
 */
export function openPool(config: pg.PoolConfig, onLost: (error: Error) => void = () => undefined): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on('error', (error) => onLost(error));
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
