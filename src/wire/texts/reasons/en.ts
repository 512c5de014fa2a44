// What happened, what it means and what to do, for every reason code: English, the shape for the other languages.
import type { ReasonCode } from '../../codes/index.ts';
import { enCardReasons } from './card/en.ts';
import { enDirectoryReasons } from './directory/en.ts';
import { enUpstreamReasons } from './upstream/en.ts';

/** Three texts of a reason, for the person who meets it. */
export interface ReasonText {
  /** What happened. */
  readonly title: string;
  /** What it means. */
  readonly meaning: string;
  /** What to do now. */
  readonly action: string;
}
/** Every reason has its texts: a missing one fails the type check. */
export type ReasonTexts = Readonly<Record<ReasonCode, ReasonText>>;

export const enReasons = {
  ...enCardReasons,
  ...enDirectoryReasons,
  ...enUpstreamReasons,
  'password.wrong': {
    title: 'Wrong user name or password',
    meaning: 'The user name and the password do not belong together. Check that Caps Lock is off.',
    action: 'Try again. If you have forgotten the password, contact the help desk.',
  },
  'password.delayed': {
    title: 'Wait before you try again',
    meaning:
      'Several attempts with this user name have failed. To protect you there is a pause. You are not locked out.',
    action: 'Try again in {wait}, or log in with your card.',
  },
  'password.addressDelayed': {
    title: 'Too many failed attempts from here',
    meaning: 'Many attempts with different user names have failed from your network, so passwords are paused for now.',
    action: 'Try again in {wait}, or log in with your card.',
  },
  'person.unknown': {
    title: 'You are not registered here',
    meaning: 'Your login worked, but it does not belong to anybody that we know.',
    action: 'Ask your manager or the help desk to register you, and give them the code below.',
  },
  'person.closed': {
    title: 'Your access has ended',
    meaning: 'You are registered here, but no longer active. An employment or an assignment may have ended.',
    action: 'If this is wrong, contact your manager or the help desk.',
  },
  'person.otherThanSession': {
    title: 'This is another person’s login',
    meaning: 'Somebody else is logged in on this computer, and the login you just made is not theirs.',
    action: 'Choose “Not you?” to log in as yourself, or cancel.',
  },
  'link.taken': {
    title: 'This login belongs to somebody else',
    meaning: 'It is already linked to another person here. Two people are never made into one.',
    action: 'If it is yours, contact the help desk with the code below. They can see what is linked, and put it right.',
  },
  'link.already': {
    title: 'This login is yours already',
    meaning: 'You can log in with it, and nothing needs to be added.',
    action: 'Go back to your own pages.',
  },
  'link.otherNumber': {
    title: 'This login is of another person',
    meaning: 'The login service sent a personal number that is not the one you are registered with.',
    action: 'Use a login of your own. If your number is wrong here, contact the help desk with the code below.',
  },
  'link.noIdentity': {
    title: 'This login cannot be added',
    meaning: 'The login service did not send an identity that can be linked to you.',
    action: 'Choose another login, or contact the help desk with the code below.',
  },
  'link.sessionChanged': {
    title: 'Your login here has changed',
    meaning:
      'You were logged out, or logged in anew, while you were adding a login. For your safety nothing was added.',
    action: 'Go back to your own pages and begin again.',
  },
  'link.unknown': {
    title: 'This login is not among yours',
    meaning: 'It has been removed already, or it does not belong to you.',
    action: 'Open your own pages again to see which logins you have now.',
  },
  'link.given': {
    title: 'Your organisation has registered this login',
    meaning: 'You cannot remove it yourself.',
    action: 'If it is wrong, contact your manager or the help desk.',
  },
  'link.last': {
    title: 'This is your last login',
    meaning: 'Without it you could not log in any more.',
    action: 'Add another login first. Then you can remove this one.',
  },
  'policy.denied': {
    title: 'You do not have access',
    meaning: 'A rule for this service or for your organisation does not allow this login.',
    action: 'If you need access for your work, contact your manager or the help desk.',
  },
  'policy.notLoggedIn': {
    title: 'Nobody is logged in yet',
    meaning: 'Here you must show who you are.',
    action: 'Log in in one of the ways shown.',
  },
  'policy.assuranceTooLow': {
    title: 'A stronger login is needed',
    meaning: 'Here you must prove who you are in a safer way than you have done so far.',
    action: 'Log in in one of the ways shown.',
  },
  'policy.methodNotAllowed': {
    title: 'Another way to log in is needed',
    meaning: 'A rule says which ways you may use on this computer and for this application.',
    action: 'Log in in one of the ways shown.',
  },
  'policy.methodCutOff': {
    title: 'This way to log in is no longer used here',
    meaning: 'The application no longer lets anybody in with the way in that you used.',
    action: 'Order what is named here, or contact the help desk.',
  },
  'policy.tooOld': {
    title: 'It is time to log in again',
    meaning: 'You logged in too long ago for this application.',
    action: 'Log in again to go on.',
  },
  'policy.fresh': {
    title: 'Confirm that it is you',
    meaning: 'The application asks you to log in now, although you are logged in already.',
    action: 'Log in again to go on.',
  },
  'policy.noWayToReach': {
    title: 'You cannot log in strongly enough here',
    meaning: 'The application asks for a stronger login than any that you can use from here.',
    action: 'Contact the help desk, who can see what you need, for example another card.',
  },
  'source.notFound': {
    title: 'The directory does not know you yet',
    meaning:
      'We asked the directory that your organisation is in, and it has nobody with the identity that you proved.',
    action: 'Ask your HSA administrator to check that you are registered with the identity on your card.',
  },
  'source.noCommission': {
    title: 'You have no commission that gives access here',
    meaning: 'You are in the directory, but have no commission at an organisation that takes part in this login.',
    action: 'Ask your HSA administrator for a commission at your organisation, then log in again.',
  },
  'source.unavailable': {
    title: 'The directory of staff does not answer',
    meaning: 'We must ask it who you are, and it does not answer right now. You have done nothing wrong.',
    action: 'Try again in a few minutes. If it is urgent, follow your routine for system failures.',
  },
  'source.contradiction': {
    title: 'The directory says something else about you',
    meaning:
      'What you proved and what the directory has do not fit together, so we let nobody in by it. Your administrator can see it.',
    action: 'Contact the help desk with the code.',
  },
  'policy.sourceGone': {
    title: 'You no longer have a commission',
    meaning: 'The directory gives you no commission at an organisation that takes part in this login any more.',
    action: 'Ask your HSA administrator to check your commissions and their dates.',
  },
  'policy.sourceSilent': {
    title: 'What we know of you is too old',
    meaning:
      'The directory of staff has not answered for a while, and this application does not accept old information.',
    action: 'Try again in a few minutes. If it is urgent, follow your routine for system failures.',
  },
  'policy.assignmentsConflict': {
    title: 'You hold two assignments that may not be held together',
    meaning:
      'A rule keeps two of your assignments apart, because who has one may not know what the other gives access to. While both hold, neither lets you in. You have done nothing wrong, and your other assignments work as before.',
    action: 'Ask your manager, or who answers for the rule, to end one of the two. When it has ended, log in again.',
  },
  'policy.noAssignment': {
    title: 'You have no assignment to use',
    meaning: 'The application asks for a current assignment at an organisation, and you have none today.',
    action: 'Ask your manager to check your assignments and their dates.',
  },
  'policy.notMember': {
    title: 'The application is not for your organisation',
    meaning: 'Only certain organisations use it, and you have no assignment at any of them.',
    action: 'If you should have one, ask your manager. Otherwise cancel.',
  },
  'policy.providerNotMember': {
    title: 'Your organisation is not a member',
    meaning:
      'The application is for organisations that are members of a federation, and the one whose login you used is not a member now.',
    action:
      "If you have an assignment at another organisation, use its login. Otherwise ask your organisation's IT support about the membership.",
  },
  'policy.employerNotMember': {
    title: 'You have no assignment at a member',
    meaning:
      'The application is for organisations that are members of a federation. None of your assignments is at such an organisation now; what the card says is not enough.',
    action: 'If you should have one, ask your manager. Otherwise cancel.',
  },
  'policy.applicationClosed': {
    title: 'The application is closed',
    meaning: 'It no longer accepts logins through this service.',
    action: 'Ask the help desk what to use instead.',
  },
  'policy.cardRecheckFailed': {
    title: 'Your card could not be confirmed',
    meaning: 'We checked your card again while you were logged in, and could no longer accept it. You were logged out.',
    action: 'Log in again with a valid card.',
  },
  'policy.clientNotAllowed': {
    title: 'The application may not use this service',
    meaning: 'The owner of a service behind the application has not approved the application for it.',
    action: 'Go back and tell the help desk which application it was. They can ask the owner.',
  },
  'policy.organisationNotAllowed': {
    title: 'The service is not for your organisation',
    meaning:
      'The owner of a service behind the application lets only certain organisations in, and yours is not among them.',
    action: 'If you work at one of them, log in again and choose that assignment. Otherwise ask your manager.',
  },
  'policy.roleNotAllowed': {
    title: 'The service is not for your role',
    meaning: 'The owner of a service behind the application lets only certain roles or professions in.',
    action:
      'If you have another role, log in again and choose it. If you need the service for your work, ask your manager.',
  },
  'policy.networkNotAllowed': {
    title: 'The service cannot be used from here',
    meaning:
      'The owner of a service behind the application lets people in from certain networks only, and you are on another.',
    action: 'Connect to your workplace’s network and try again, or use a computer at work.',
  },
  'policy.outsideHours': {
    title: 'The service is closed now',
    meaning: 'The owner of a service behind the application has set the hours in which it can be used.',
    action: 'Try again within those hours. If it cannot wait, contact the help desk.',
  },
  'account.refused': {
    title: 'Your account could not be prepared',
    meaning:
      'The application needs an account for you in another system, and that system did not take it. Nothing was half done, and you have done nothing wrong.',
    action: 'Contact the help desk and give them the code below. They see exactly what was refused.',
  },
  'account.late': {
    title: 'Your account is not ready yet',
    meaning:
      'The application needs an account for you in another system. It is being prepared and takes longer than it should.',
    action:
      'Try again in a few minutes: what has been prepared is kept. If it happens again, contact the help desk and give them the code below.',
  },
  'account.others': {
    title: 'Somebody else’s account has your number',
    meaning:
      'In the system that the application uses there is already an account with your employee number, and we did not make it. We do not take over accounts.',
    action: 'Contact the help desk and give them the code below, so that they can sort out whose account it is.',
  },
  'precondition.missing': {
    title: 'You do not have access yet',
    meaning: 'The system behind the application does not know you yet. You are logged in, and have done nothing wrong.',
    action: 'Order what is said below. When the order is done, press “Try again”, or log in again.',
  },
  'precondition.silent': {
    title: 'We could not ask whether you may go on',
    meaning:
      'The system behind the application says who may use it, and it does not answer just now. It has nothing to do with you.',
    action: 'Try again in a few minutes. If it happens again, contact the help desk and give them the code below.',
  },
  'precondition.noKey': {
    title: 'You have no number that the application knows people by',
    meaning: 'The system behind the application knows people by their HSA-ID, and none is written for your assignment.',
    action:
      'Contact the help desk at your employer and give them the code below, so that your HSA-ID is written into your assignment.',
  },
  'journey.unknown': {
    title: 'This login is no longer here',
    meaning: 'The page belongs to a login that has ended. It may be an old tab or a bookmark.',
    action: 'Go back to the application and log in from there.',
  },
  'journey.expired': {
    title: 'The login took too long',
    meaning: 'To protect you, a login must be finished within a certain time.',
    action: 'Go back to the application and log in again.',
  },
  'journey.otherBrowser': {
    title: 'This login was started in another browser',
    meaning: 'A login can only go on in the browser where it was started.',
    action: 'Start again from the application. If somebody sent you this link, do not use it.',
  },
  'journey.alreadyUsed': {
    title: 'This page has already been used',
    meaning: 'You may have gone back, pressed the button twice, or have the login open in two tabs.',
    action: 'Go on from where the login is now, or start again from the application.',
  },
  'journey.cancelled': {
    title: 'The login was cancelled',
    meaning: 'You chose to cancel, so you were not logged in to the application.',
    action: 'Go back to the application if you want to log in.',
  },
  'journey.noCookie': {
    title: 'Your browser did not send our cookie',
    meaning: 'The login needs a cookie. It may be blocked, or the page may have been opened by a link from elsewhere.',
    action: 'Allow cookies for this site and start again from the application.',
  },
  'request.unknownApplication': {
    title: 'We do not know the application',
    meaning: 'The application that sent you here is not registered with us. You have done nothing wrong.',
    action: 'Contact the help desk and tell them which application you came from.',
  },
  'request.redirectUri': {
    title: 'The application’s address is not registered',
    meaning: 'We only send people back to addresses that we know, and this one is not among them.',
    action: 'Contact the help desk and tell them which application you came from.',
  },
  'request.malformed': {
    title: 'We did not understand the application',
    meaning: 'The application that sent you here asked in a way that we cannot answer. You have done nothing wrong.',
    action: 'Try again from the application. If it happens again, contact the help desk.',
  },
  'request.expired': {
    title: 'The request is too old',
    meaning: 'It took too long from when you started in the application, or the page was opened again later.',
    action: 'Go back to the application and log in again.',
  },
  'request.noMetadata': {
    title: 'We cannot let you into the system right now',
    meaning:
      'What we know of the system that sent you here has run out or is being checked. You have done nothing wrong.',
    action: 'Try again in a little while. If it happens again, contact the help desk with the code.',
  },
  internal: {
    title: 'Something went wrong',
    meaning: 'The fault is ours, not yours.',
    action: 'Try again in a while. If it happens again, give the help desk the code below.',
  },
  notFound: {
    title: 'There is no such page',
    meaning: 'The address may be misspelled, or the page may have been moved.',
    action: 'Check the address, or go to the start page.',
  },
  tooMany: {
    title: 'Too many attempts',
    meaning: 'There have been many attempts in a short time, so there is a pause.',
    action: 'Wait a few minutes and try again.',
  },
  unavailable: {
    title: 'The login service does not answer',
    meaning: 'Something that we need does not work right now. We are not able to log anybody in.',
    action: 'Try again in a few minutes. If it is urgent, follow your routine for system failures.',
  },
  forbidden: {
    title: 'We could not confirm that it was you',
    meaning: 'The page may have been open for a long time, or what was sent did not come from it.',
    action: 'Go back, load the page again and try once more.',
  },
  tooLarge: {
    title: 'Too much was sent',
    meaning: 'The page sent more than we accept, so nothing was done.',
    action: 'Go back and try again with less.',
  },
} satisfies ReasonTexts;
