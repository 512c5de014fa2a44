// HTML that escapes by itself: text becomes HTML only through the `html` template tag.

/** Text that is HTML already. Made by `html` alone. */
export class SafeHtml {
  readonly #text: string;
  private constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
  /** For the tag below; the literal parts of a template are the program's own text. */
  static ofTemplate(strings: TemplateStringsArray, values: readonly HtmlValue[]): SafeHtml {
    let text = strings[0] ?? '';
    for (let i = 0; i < values.length; i += 1) text += fill(values[i]) + (strings[i + 1] ?? '');
    return new SafeHtml(text);
  }
}

/** What may stand in a template: text is escaped, HTML is kept, lists are joined, nothing is left out. */
export type HtmlValue = string | number | SafeHtml | undefined | false | readonly HtmlValue[];

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Text with the characters escaped that mean something in HTML text and in quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"'`]/g, (found) => escapes[found] ?? found);

function fill(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (value instanceof SafeHtml) return value.toString();
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  return value.map(fill).join('');
}

/** Template tag: html`<p>${text}</p>`. Values belong in text or in quoted attributes, never in a tag or a script. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): SafeHtml {
  return SafeHtml.ofTemplate(strings, values);
}
