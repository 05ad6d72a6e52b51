import type { Check } from '../../check';

/** The Functions, as deployed. */
export const FUNCTIONS_CHECKS: readonly Check[] = [];
