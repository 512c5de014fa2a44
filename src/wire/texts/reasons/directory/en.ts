// What a password of an organisation's own directory can be refused for, in words: English.
import type { DirectoryReason } from '../../../codes/index.ts';
import type { ReasonText } from '../en.ts';

export const enDirectoryReasons: Readonly<Record<DirectoryReason, ReasonText>> = {
  'directory.mustChange': {
    title: 'Your password must be changed first',
    meaning: 'The password was right, but your organisation asks for a new one before it lets you in.',
    action: 'Change it on a computer of your organisation, or contact the help desk. Then log in with the new one.',
  },
  'directory.notNow': {
    title: 'You may not log in at this time',
    meaning: 'The password was right. Your organisation lets this account in at certain hours only, and not now.',
    action: 'Log in within your hours, or contact the help desk if they are wrong.',
  },
  'directory.notHere': {
    title: 'You may not log in this way',
    meaning:
      'The password was right, but your organisation lets this account in on certain computers or in other ways only.',
    action: 'Log in with your card, or contact the help desk.',
  },
  'directory.disabled': {
    title: 'Your account is closed',
    meaning: 'The password was right, but your organisation has closed the account.',
    action: 'Contact the help desk or your manager if you should still have access.',
  },
  'directory.accountExpired': {
    title: 'Your account has expired',
    meaning: 'The password was right, but the account was to end on a certain day, and that day has passed.',
    action: 'Contact your manager or the help desk to have it extended.',
  },
  'directory.locked': {
    title: 'This account is locked',
    meaning:
      'There were too many wrong passwords, here or on a computer, so your organisation has locked the account for a time.',
    action: 'Wait a while or contact the help desk to have it opened. You can log in with your card meanwhile.',
  },
  'directory.unavailable': {
    title: 'The directory does not answer',
    meaning:
      'The password could not be checked, because your organisation’s directory cannot be reached now. It is not your fault.',
    action: 'Log in with your card or in another way, or try again in a little while.',
  },
};
