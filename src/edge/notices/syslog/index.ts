// Public face of edge/notices/syslog.
export { connectFeed, type FeedAddress, type FeedConnection, parseFeedAddress } from './connection.ts';
export { type FeedOptions, type RunningFeed, reconnectDelayMs, startFeed } from './feed.ts';
