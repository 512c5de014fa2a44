// What rules say of a person, filled in.
import type { TemplateName } from '../catalogue/account-template.ts';

export type TemplateValues = Readonly<Partial<Record<TemplateName, string>>>;

/** The text with its names filled in; undefined when a name of it has no value: half a sentence is never written. */
export function fillTemplate(template: string, values: TemplateValues): string | undefined {
  let missing = false;
  const text = template.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const value = (values as Readonly<Record<string, string | undefined>>)[name];
    if (value === undefined || value === '') missing = true;
    return value ?? '';
  });
  const trimmed = text.trim();
  return missing || trimmed === '' ? undefined : trimmed;
}
