// What a card or its certificate can be refused for, in words: English.
import type { CardReason } from '../../../codes/index.ts';
import type { ReasonText } from '../en.ts';

export const enCardReasons: Readonly<Record<CardReason, ReasonText>> = {
  'card.noCertificate': {
    title: 'We could not read a card',
    meaning: 'The browser sent no certificate from a card. We cannot see why.',
    action: 'Look through the list below and try again. You do not need to close the browser.',
  },
  'card.expired': {
    title: 'Your card has expired',
    meaning: 'The certificate on the card is no longer valid, so the card cannot be used to log in.',
    action: 'Use another valid card, or ask for a new one where you got this one.',
  },
  'card.notYetValid': {
    title: 'Your card is not valid yet',
    meaning: 'The certificate on the card starts to be valid at a later time.',
    action: 'Try again then, or use another card. If the date is wrong, ask where you got the card.',
  },
  'card.revoked': {
    title: 'Your card has been revoked',
    meaning: 'The card was reported lost, was replaced, or was ended. It cannot be used again.',
    action: 'Use your new card if you have one. Otherwise contact the help desk.',
  },
  'card.notHandedOver': {
    title: 'Your card is not in use yet',
    meaning: 'The card is made, but nobody has noted that you received it.',
    action: 'Sign for the card on your own pages, or ask at the counter where you got it.',
  },
  'card.suspended': {
    title: 'Your card is suspended',
    meaning: 'The card is blocked for now. It can be opened again.',
    action: 'Use your temporary card if you have one. Otherwise go to the card counter or contact the help desk.',
  },
  'card.derivedEnded': {
    title: 'This device’s certificate is over',
    meaning:
      'It was made for one shift, after you logged in with your card. The shift, the card behind it or the device has ended.',
    action: 'Log in with your card. On your own pages, under My devices, you can begin a new shift on this device.',
  },
  'card.revocationUnknown': {
    title: 'We could not check your card',
    meaning: 'We must see that the card is not revoked, but the card issuer does not answer. Your card may be fine.',
    action: 'Wait a minute and try again. If you cannot wait, log in another way.',
  },
  'card.unknownIssuer': {
    title: 'We do not know who issued the card',
    meaning: 'The certificate you chose comes from an issuer that is not approved here.',
    action: 'Try again and choose the certificate on your work card.',
  },
  'card.wrongPurpose': {
    title: 'The wrong certificate was chosen',
    meaning: 'A card often holds several certificates. The one you chose is not made for logging in, but for signing.',
    action: 'Try again and choose the certificate for logging in (authentication).',
  },
  'card.wrongPolicy': {
    title: 'This card is not approved here',
    meaning: 'The certificate works, but it is of a kind that is not accepted for this login.',
    action: 'Try again with another card, or log in another way.',
  },
  'card.otherPopulation': {
    title: 'Another kind of card is needed',
    meaning: 'The certificate works, but not for this login: the card may be of a simpler kind, or not a personal one.',
    action: 'Try again and choose the certificate on the card that is asked for.',
  },
  'card.weak': {
    title: 'The card is not safe enough',
    meaning: 'Its certificate uses an old technique that no longer protects you.',
    action: 'Ask for a new card. Until then, log in another way.',
  },
  'card.malformed': {
    title: 'We could not read the card’s certificate',
    meaning: 'There are errors in the certificate, so we cannot trust it.',
    action: 'Take the card out, put it back and try again. If it happens again, contact the help desk.',
  },
  'card.identifier': {
    title: 'The card does not say who you are',
    meaning: 'The certificate lacks the identity that we look for, so we cannot find you.',
    action: 'Try again with another certificate on the card. If that fails, contact the help desk.',
  },
};
