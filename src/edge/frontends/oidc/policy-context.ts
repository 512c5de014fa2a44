// The refusal of a request whose workplace, role or grounds a rule of the service does not take.
import type { Refused } from '../../../core/grants/index.ts';

/** The grant itself stands: the same request without them, or with others, may be permitted. */
export const contextRefused: Refused = {
  check: 'context.permit',
  error: 'access_denied',
  description:
    'a rule of the service refuses what the request says of workplace, role or grounds; the reference tells which',
};
