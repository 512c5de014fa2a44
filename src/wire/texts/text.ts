// The text of a key in a language, with its parameters filled in.
import type { Locale, ReasonCode } from '../codes/index.ts';
import { type AccountTextKey, type AccountTexts, enAccounts } from './accounts/en.ts';
import { nbAccounts } from './accounts/nb.ts';
import { nlAccounts } from './accounts/nl.ts';
import { nnAccounts } from './accounts/nn.ts';
import { svAccounts } from './accounts/sv.ts';
import { type CardTextKey, type CardTexts, enCards } from './cards/en.ts';
import { nbCards } from './cards/nb.ts';
import { nlCards } from './cards/nl.ts';
import { nnCards } from './cards/nn.ts';
import { svCards } from './cards/sv.ts';
import { type CutoffTextKey, type CutoffTexts, enCutoffs } from './cutoffs/en.ts';
import { nbCutoffs } from './cutoffs/nb.ts';
import { nlCutoffs } from './cutoffs/nl.ts';
import { nnCutoffs } from './cutoffs/nn.ts';
import { svCutoffs } from './cutoffs/sv.ts';
import { type DeviceTextKey, type DeviceTexts, enDevices } from './devices/en.ts';
import { nbDevices } from './devices/nb.ts';
import { nlDevices } from './devices/nl.ts';
import { nnDevices } from './devices/nn.ts';
import { svDevices } from './devices/sv.ts';
import { type DriftTextKey, type DriftTexts, enDrift } from './drift/en.ts';
import { nbDrift } from './drift/nb.ts';
import { nlDrift } from './drift/nl.ts';
import { nnDrift } from './drift/nn.ts';
import { svDrift } from './drift/sv.ts';
import { enHeld, type HeldTextKey, type HeldTexts } from './held/en.ts';
import { nbHeld } from './held/nb.ts';
import { nlHeld } from './held/nl.ts';
import { nnHeld } from './held/nn.ts';
import { svHeld } from './held/sv.ts';
import { enPages, type PageKey, type PageTexts } from './pages/en.ts';
import { nbPages } from './pages/nb.ts';
import { nlPages } from './pages/nl.ts';
import { nnPages } from './pages/nn.ts';
import { svPages } from './pages/sv.ts';
import { enReasons, type ReasonText, type ReasonTexts } from './reasons/en.ts';
import { nbReasons } from './reasons/nb.ts';
import { nlReasons } from './reasons/nl.ts';
import { nnReasons } from './reasons/nn.ts';
import { svReasons } from './reasons/sv.ts';
import { enRenewals, type RenewalTextKey, type RenewalTexts } from './renewals/en.ts';
import { nbRenewals } from './renewals/nb.ts';
import { nlRenewals } from './renewals/nl.ts';
import { nnRenewals } from './renewals/nn.ts';
import { svRenewals } from './renewals/sv.ts';

import { enSearch, type SearchTextKey, type SearchTexts } from './search/en.ts';
import { nbSearch } from './search/nb.ts';
import { nlSearch } from './search/nl.ts';
import { nnSearch } from './search/nn.ts';
import { svSearch } from './search/sv.ts';

/** Every key there is: page texts, and `reason.<code>.title|meaning|action` for every reason code. */
export type TextKey =
  | PageKey
  | CardTextKey
  | RenewalTextKey
  | CutoffTextKey
  | DeviceTextKey
  | DriftTextKey
  | HeldTextKey
  | AccountTextKey
  | SearchTextKey
  | `reason.${ReasonCode}.${keyof ReasonText}`;
export type TextParams = Readonly<Record<string, string | number>>;

const pages: Readonly<Record<Locale, PageTexts>> = {
  sv: svPages,
  nb: nbPages,
  nn: nnPages,
  en: enPages,
  nl: nlPages,
};
const cards: Readonly<Record<Locale, CardTexts>> = { sv: svCards, nb: nbCards, nn: nnCards, en: enCards, nl: nlCards };
const renewals: Readonly<Record<Locale, RenewalTexts>> = {
  sv: svRenewals,
  nb: nbRenewals,
  nn: nnRenewals,
  en: enRenewals,
  nl: nlRenewals,
};
const devices: Readonly<Record<Locale, DeviceTexts>> = {
  sv: svDevices,
  nb: nbDevices,
  nn: nnDevices,
  en: enDevices,
  nl: nlDevices,
};
const drift: Readonly<Record<Locale, DriftTexts>> = { sv: svDrift, nb: nbDrift, nn: nnDrift, en: enDrift, nl: nlDrift };
const cutoffs: Readonly<Record<Locale, CutoffTexts>> = {
  sv: svCutoffs,
  nb: nbCutoffs,
  nn: nnCutoffs,
  en: enCutoffs,
  nl: nlCutoffs,
};
const held: Readonly<Record<Locale, HeldTexts>> = { sv: svHeld, nb: nbHeld, nn: nnHeld, en: enHeld, nl: nlHeld };
const accounts: Readonly<Record<Locale, AccountTexts>> = {
  sv: svAccounts,
  nb: nbAccounts,
  nn: nnAccounts,
  en: enAccounts,
  nl: nlAccounts,
};
const search: Readonly<Record<Locale, SearchTexts>> = {
  sv: svSearch,
  nb: nbSearch,
  nn: nnSearch,
  en: enSearch,
  nl: nlSearch,
};
const reasons: Readonly<Record<Locale, ReasonTexts>> = {
  sv: svReasons,
  nb: nbReasons,
  nn: nnReasons,
  en: enReasons,
  nl: nlReasons,
};

function flat(locale: Locale): ReadonlyMap<string, string> {
  const texts = new Map<string, string>(
    [pages, cards, renewals, devices, held, accounts, drift, cutoffs, search].flatMap((some) =>
      Object.entries(some[locale]),
    ),
  );
  for (const [code, of] of Object.entries(reasons[locale])) {
    texts.set(`reason.${code}.title`, of.title);
    texts.set(`reason.${code}.meaning`, of.meaning);
    texts.set(`reason.${code}.action`, of.action);
  }
  return texts;
}

const all: Readonly<Record<Locale, ReadonlyMap<string, string>>> = {
  sv: flat('sv'),
  nb: flat('nb'),
  nn: flat('nn'),
  en: flat('en'),
  nl: flat('nl'),
};

/** Every key, for whoever must list them. */
export const textKeys = (): readonly TextKey[] => [...all.en.keys()] as TextKey[];

/**
 * The text of a key. `{name}` is replaced by the parameter of that name, or by `…` when it was not given.
 * The result is plain text: whoever puts it into HTML escapes it.
 */
export function text(locale: Locale, key: TextKey, params: TextParams = {}): string {
  const template = all[locale].get(key) ?? all.en.get(key) ?? key;
  if (!template.includes('{')) return template;
  return template.replace(/\{([a-zA-Z]+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    return value === undefined ? '…' : String(value);
  });
}

/** A pause as people say it: seconds (2 at least, so that no language needs a singular) up to 90, whole minutes above (rounded up). */
export function waitText(locale: Locale, seconds: number): string {
  const whole = Math.max(2, Math.ceil(seconds));
  return whole <= 90
    ? text(locale, 'wait.seconds', { count: whole })
    : text(locale, 'wait.minutes', { count: Math.ceil(whole / 60) });
}
