import type { Check } from '../../check';

/** What the voice address answers. */
export const TWIML_CHECKS: readonly Check[] = [];
