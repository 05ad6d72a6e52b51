import type { Check } from '../../check';

/** The bridge, from the public side. */
export const BRIDGE_CHECKS: readonly Check[] = [];
