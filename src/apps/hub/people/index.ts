// Public face of apps/hub/people.
export { type EnrolmentDesk, type EnrolmentParts, enrolmentDesk } from './enrolment.ts';
export { type FeedParts, type Synced, syncDueFeeds, syncFeed } from './feed.ts';
export { feedMetrics } from './feed-metrics.ts';
