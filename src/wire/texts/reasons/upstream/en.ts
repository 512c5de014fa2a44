// What a login at another provider can be refused for, in words: English.
import type { ReasonCode } from '../../../codes/index.ts';
import type { ReasonText } from '../en.ts';

type UpstreamReason = Extract<ReasonCode, `upstream.${string}`>;

export const enUpstreamReasons: Readonly<Record<UpstreamReason, ReasonText>> = {
  'upstream.unavailable': {
    title: '{provider} does not answer now',
    meaning: 'The login service that you chose has a disturbance, or cannot be reached. It is not your fault.',
    action: 'Log in another way, or try again in a little while.',
  },
  'upstream.cancelled': {
    title: 'The login was not completed',
    meaning: 'You cancelled it, or the login service did not let you in.',
    action: 'Try again, or log in another way.',
  },
  'upstream.invalid': {
    title: 'We could not trust the answer',
    meaning: 'The login service sent an answer that did not pass our checks, so nobody was logged in.',
    action: 'Try again. If it happens again, contact the help desk with the code.',
  },
  'upstream.levelTooLow': {
    title: 'A stronger login is needed',
    meaning: 'You logged in, but in a way that is not strong enough for what you want to open.',
    action: 'Try again and choose a stronger way, or log in another way.',
  },
  'upstream.tooOld': {
    title: 'You must log in anew',
    meaning: 'The login service used an earlier login of yours, and a new one is needed here.',
    action: 'Try again and log in anew when you are asked.',
  },
  'upstream.noPassive': {
    title: 'Nobody is logged in there',
    meaning: 'The login service was asked whether you are logged in there, without asking you, and it said no.',
    action: 'Go back to the application and log in from there.',
  },
  'upstream.subject': {
    title: 'We were not told who you are',
    meaning: 'The login service let you in, but it did not send us an identity that we may use.',
    action: 'Log in another way, or contact the help desk with the code.',
  },
  'upstream.testNumber': {
    title: 'This is a test identity',
    meaning: 'You logged in with a made-up identity, and only real ones work here.',
    action: 'Log in with your own identity.',
  },
  'upstream.loggedOut': {
    title: 'You were logged out at the login service',
    meaning: 'Your login there was ended, by you or by the service itself, while you were on your way in here.',
    action: 'Log in again.',
  },
  'upstream.levelNotOffered': {
    title: 'There is no login that strong there',
    meaning: '{provider} cannot log you in as strongly as what you want to open needs.',
    action: 'Log in another way.',
  },
  'upstream.unknownThere': {
    title: '{provider} does not know you',
    meaning: 'The login service has no user who fits what you gave.',
    action: 'Check that you chose the right organisation, or log in another way.',
  },
  'upstream.otherOrganisation': {
    title: 'The answer was about another organisation',
    meaning: 'The login service named an organisation that it may not answer for, so nobody was logged in.',
    action: 'Choose your own organisation, or contact the help desk and give the code.',
  },
  'upstream.noMetadata': {
    title: '{provider} cannot be used right now',
    meaning:
      'What we know of the login service has run out or is being checked, so we trust nothing that it says. It is not your fault.',
    action: 'Log in another way, or contact the help desk with the code.',
  },
};
