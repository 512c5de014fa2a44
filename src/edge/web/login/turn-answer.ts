// From a turn of a login to an HTTP answer: the way to its page, or the frontend's answer with the session's cookie.
import { type HttpResponse, seeOther, withSetCookies } from '../../../base/http/index.ts';
import type { LoginOutcome, LoginRequest, Turn } from '../../../core/journey/index.ts';
import { browserCookie, removedSessionCookie, sessionCookie } from './cookies.ts';

/** How each frontend answers its application. */
export type FrontendAnswers = Readonly<
  Record<
    LoginRequest['frontend'],
    (request: LoginRequest, outcome: LoginOutcome) => Promise<HttpResponse> | HttpResponse
  >
>;

/** Makes the answer to a turn; used by the login pages and by every frontend that starts a login. */
export type TurnAnswer = (turn: Turn) => Promise<HttpResponse>;

/** Path of a login's page. */
export const loginPath = (journey: string): string => `/login/${encodeURIComponent(journey)}`;

/**
 * Session cookies are changed here: set when one was made, removed when one was ended. `forgotten` are the `Set-Cookie`
 * lines of the latter.
 */
export function createTurnAnswer(
  answers: FrontendAnswers,
  forgotten: () => readonly string[] = () => [removedSessionCookie()],
): TurnAnswer {
  return async (turn) => {
    if (turn.kind === 'interact') {
      return seeOther(
        loginPath(turn.journey),
        turn.browserToken === undefined ? [] : [browserCookie(turn.browserToken)],
      );
    }
    const response = await answers[turn.request.frontend](turn.request, turn.outcome);
    const cookies = turn.cookie ? [sessionCookie(turn.cookie)] : turn.forgetSession ? forgotten() : [];
    return withSetCookies(response, cookies);
  };
}
