// Levels of assurance as the product knows them (eIDAS: low, substantial, high), lowest first.

export const assuranceLevels = ['low', 'substantial', 'high'] as const;
export type Assurance = (typeof assuranceLevels)[number];

/** True when `reached` is at or above `required`. */
export const reaches = (reached: Assurance, required: Assurance): boolean =>
  assuranceLevels.indexOf(reached) >= assuranceLevels.indexOf(required);

/** The lower of two levels. */
export const lowerOf = (a: Assurance, b: Assurance): Assurance => (reaches(a, b) ? b : a);

/** The higher of two levels. */
export const higherOf = (a: Assurance, b: Assurance): Assurance => (reaches(a, b) ? a : b);
