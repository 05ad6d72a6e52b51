import type { Check } from '../../check';

/** A whole call. */
export const CALL_CHECKS: readonly Check[] = [];
