// A connection kept while statements follow one another: to ask the pool for each costs as much as a small statement.
import pg from 'pg';
import type { Queryable } from './audit-insert.ts';

export interface Lane {
  query<Row extends pg.QueryResultRow>(statement: pg.QueryConfig): Promise<pg.QueryResult<Row>>;
}

const lanes = new WeakMap<Queryable, Lane>();

/** The lane of a pool: one for all who ask. What is no pool (a client in a transaction) is its own lane. */
export function laneOf(pool: Queryable): Lane {
  if (!(pool instanceof pg.Pool)) return { query: (statement) => pool.query(statement) };
  const known = lanes.get(pool);
  if (known !== undefined) return known;
  const lane = openLane(pool);
  lanes.set(pool, lane);
  return lane;
}

/** A connection out of the pool, and how many statements are on their way over it. */
interface Held {
  readonly client: Promise<pg.PoolClient>;
  users: number;
  broken: boolean;
  givenBack: boolean;
}

/** The statements themselves hear of a lost connection; without a listener node would end the process. */
const ignore = (): void => undefined;

async function take(pool: pg.Pool): Promise<pg.PoolClient> {
  const client = await pool.connect();
  client.on('error', ignore);
  return client;
}

/** The connection goes back to the pool when nobody has followed in this turn, so that the pool can be ended at any time. */
function openLane(pool: pg.Pool): Lane {
  let held: Held | undefined;

  const leave = (mine: Held, client: pg.PoolClient, broken: boolean): void => {
    mine.users -= 1;
    mine.broken ||= broken;
    if (broken && held === mine) held = undefined;
    if (mine.users === 0) setImmediate(giveBack, mine, client);
  };
  const giveBack = (mine: Held, client: pg.PoolClient): void => {
    if (mine.users > 0 || mine.givenBack) return;
    mine.givenBack = true;
    if (held === mine) held = undefined;
    client.off('error', ignore);
    client.release(mine.broken);
  };

  return {
    async query<Row extends pg.QueryResultRow>(statement: pg.QueryConfig) {
      held ??= { client: take(pool), users: 0, broken: false, givenBack: false };
      const mine = held;
      mine.users += 1;
      let client: pg.PoolClient;
      try {
        client = await mine.client;
      } catch (error) {
        if (held === mine) held = undefined;
        throw error;
      }
      let broken = false;
      try {
        return await client.query<Row>(statement);
      } catch (error) {
        // What the database itself says leaves the connection usable; anything else does not.
        broken = !(error instanceof pg.DatabaseError);
        throw error;
      } finally {
        leave(mine, client, broken);
      }
    },
  };
}
