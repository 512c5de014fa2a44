// How far the news of a session's end has come, for each thing that it reached: what the page after logout shows.
import type { Told } from './telling.ts';

export type LogoutStatus =
  | 'told' // it took the logout
  | 'asked' // this browser opened its address; nobody knows what it did
  | 'pending' // on its way
  | 'failing' // not reached so far; it is tried again
  | 'failed' // given up
  | 'untold'; // there is no way to tell it

/** How something may be told now. */
export interface WaysToTell {
  /** From server to server. */
  readonly back: boolean;
  /** In a frame of the page after logout, in the session's own browser. */
  readonly front: boolean;
}

/** The message about it in the queue. */
export interface MessageState {
  readonly done: boolean;
  readonly dead: boolean;
  /** At least one try failed. */
  readonly failed: boolean;
}

/** What was reached and how its message stands; no message while it is being written down. */
export interface Reached {
  readonly session: string;
  readonly to: Told;
  readonly issuer: string;
  readonly subject: string;
  readonly message: MessageState | undefined;
  /** It answered through the browser that it took the logout. */
  readonly told?: boolean | undefined;
}

export interface LogoutProgress {
  readonly session: string;
  readonly to: Told;
  readonly status: LogoutStatus;
}

/** The status of one thing. What a server answered counts more than what a browser was asked to open. */
export function logoutStatus(ways: WaysToTell, message: MessageState | undefined): LogoutStatus {
  if (!ways.back) return ways.front ? 'asked' : 'untold';
  if (message === undefined) return 'pending';
  if (message.done) return 'told';
  if (message.dead) return 'failed';
  return message.failed ? 'failing' : 'pending';
}

/** Worth waiting for a moment: it may be another in a second. */
export const mayChange = (status: LogoutStatus): boolean => status === 'pending' || status === 'failing';

/** True when the person has something to do: it may still be open. */
export const isOpen = (status: LogoutStatus): boolean =>
  status === 'failing' || status === 'failed' || status === 'untold';

/** Reads until nothing may change any more, or `mostMs` have passed; answers what was read last. */
export async function awaitProgress<Row extends { readonly status: LogoutStatus }>(
  read: () => Promise<readonly Row[]>,
  time: { readonly clock: () => number; readonly pause: (ms: number) => Promise<void>; readonly mostMs: number },
): Promise<readonly Row[]> {
  const until = time.clock() + time.mostMs;
  for (;;) {
    const rows = await read();
    if (time.clock() >= until || !rows.some(({ status }) => mayChange(status))) return rows;
    await time.pause(Math.min(100, until - time.clock()));
  }
}
