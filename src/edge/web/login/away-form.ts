// The page that takes a form of ours to a provider: its button works without scripts; a script known by its hash presses it.
import { type HttpResponse, selfPostingForm } from '../../../base/http/index.ts';
import type { AwayForm } from '../../../core/journey/index.ts';
import type { Locale } from '../../../wire/codes/index.ts';
import { text } from '../../../wire/texts/index.ts';

/** SAML Bindings 3.5.4. Values are text, never HTML (S18). */
export const awayForm = ({ action, fields }: AwayForm, locale: Locale, provider: string): HttpResponse =>
  selfPostingForm(action, fields, {
    language: locale,
    title: text(locale, 'leave.title', { provider }),
    go: text(locale, 'leave.go', { provider }),
  });
