/** What is measured, in the order of the table. */
export const CONTENDER_NAMES = [
  'bridge',
  'sample',
  'sliced',
  'sdk',
  'relay',
  'relay-c',
  'none',
] as const;

export type ContenderName = (typeof CONTENDER_NAMES)[number];

/** How the model is reached. */
export const LEGS = ['clear', 'tls'] as const;

export type Leg = (typeof LEGS)[number];
