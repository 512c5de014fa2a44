// Public face of edge/ca-web/issue-api.
export { type CallerCheck, callerChecks, callerOf, keyPin } from './callers.ts';
export { type IssueApiPorts, issueRoutes } from './issue-routes.ts';
