import type { Check } from '../../check';

/** The number and what it points at. */
export const NUMBER_CHECKS: readonly Check[] = [];
