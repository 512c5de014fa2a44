// Names of the sections that are applied and exported.
import { catalogueSections } from '../../../core/catalogue/index.ts';

/** Every section, in the order of an export. */
export const sectionNames = [...Object.keys(catalogueSections), 'organisations', 'units', 'people'] as const;
