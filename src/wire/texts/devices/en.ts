// Texts of the pages of enrolled devices: English, and the list of all their keys.

export const enDevices = {
  'devices.own': 'My devices',
  'devices.lead':
    'Tablets and laptops that you can use for the rest of a shift, after you have logged in with your card.',
  'devices.none': 'No device is enrolled for you or where you work.',
  'devices.mine': 'Yours alone',
  'devices.shared': 'Shared where you work',
  'devices.shiftUntil': 'Logs you in until',
  'devices.add': 'Add a device',
  'devices.addWill':
    'You get a code to type into the program on the device within five minutes. If it is a while since you logged in with your card, you are asked for it first. The device is then yours alone.',
  'devices.name': 'Name of the device',
  'devices.nameHint': 'For example as it is written on the device: Tablet 12.',
  'devices.place': 'Where it is used',
  'devices.addButton': 'Get a code for the device',
  'devices.codeTitle': 'Your code',
  'devices.codeForDevice': 'Type it into the program on {name}. The device is then enrolled.',
  'devices.codeForShift': 'Type it into the program on {name}. The device then logs you in for the rest of your shift.',
  'devices.codeUntil': 'It works once, until',
  'devices.codeWarning': 'Give the code to nobody, and type it only into a device that you hold in your hand.',
  'devices.back': 'To my devices',
  'devices.unknownTitle': 'There is no such device',
  'devices.unknownBody':
    'The address is wrong, or the device is not one that you may use. It may have been reported lost.',
  'devices.holder': 'Who may use it',
  'devices.enrolledAt': 'Enrolled',
  'devices.number': 'Number of the device',
  'devices.shift': 'Use this device for the rest of my shift',
  'devices.shiftWill':
    'You get a code for the device. It then logs you in for {hours} hours at most, and never longer than your card is valid. If your card is blocked or the device is reported lost, it stops at once.',
  'devices.endShift': 'Stop using this device',
  'devices.endShiftWill': 'The device no longer logs you in, and what you have open through it is logged out.',
  'devices.endShiftDone': 'The device no longer logs you in.',
  'devices.lost': 'Report the device lost',
  'devices.lostWill':
    'Nobody can log in with it any more, and everybody who is logged in with it is logged out. If it is found, it must be added anew.',
  'devices.lostDone': 'The device is reported lost. Nobody can log in with it.',
  'devices.noName': 'Write a name for the device.',
  'devices.noPlace': 'Choose where the device is used.',
  'devices.malformed': 'The message from the device cannot be read.',
  'devices.unknown': 'The device is not enrolled here.',
  'devices.closed': 'The device was reported lost or closed. It must be added anew.',
  'devices.signature': 'The message is not signed by the key of the device.',
  'devices.audience': 'The message is meant for somebody else.',
  'devices.clock': 'The clock of the device is wrong, or the message is old.',
  'devices.code': 'The code is wrong or too old, or is for another device. Get a new one on the page My devices.',
  'devices.codeUsed': 'The code was used already. Get a new one on the page My devices.',
  'devices.othersOwn': 'The device is somebody else’s alone.',
  'devices.notEmployed': 'You have no assignment now where the device is used.',
  'devices.needsCard':
    'Log in with your card first, then try again. A device that is in use for a shift cannot give you another.',
  'devices.otherCard': 'Cards of your kind give no use of devices here.',
  'devices.cardTooWeak': 'Your card login is not strong enough for this.',
  'devices.cardTooOld': 'It is too long since you logged in with your card. Log in with it again, then try once more.',
  'devices.cardEnded': 'Your card is blocked or revoked.',
  'devices.cardUnknown': 'We could not check now that your card is still good. Try again in a minute.',
  'devices.cardEnding': 'Your card or your assignment ends too soon.',
  'devices.request': 'The request for a certificate cannot be read, or is not signed by its own key.',
  'devices.keyKind': 'The key must be of the kind P-256 or P-384.',
  'devices.keyUsed': 'The key was used before. The device must make a new one.',
  'devices.otherCertificate': 'The certificate is not one of this device.',
  'devices.certificateEnded': 'The use of the device has ended.',
  'devices.notIssued': 'The certificate authority refused. Ask the help desk, and give them the code.',
} as const;

export type DeviceTextKey = keyof typeof enDevices;
export type DeviceTexts = Readonly<Record<DeviceTextKey, string>>;
