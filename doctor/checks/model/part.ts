import type { Check } from '../../check';

/** The model. */
export const MODEL_CHECKS: readonly Check[] = [];
