// Public face of wire/texts.
export { type BackWords, backWords, onwardWords } from './back-words.ts';
export { loginName, type NamedLogin } from './login-name.ts';
export { isLocale, localeNames, negotiateLocale, type Wishes } from './negotiate.ts';
export { type TextKey, type TextParams, text, textKeys, waitText } from './text.ts';
export { type TrailWords, trailWords } from './trail-words.ts';
