// Public face of apps/hub/people.
export { type EnrolmentDesk, type EnrolmentParts, enrolmentDesk } from './enrolment.ts';
