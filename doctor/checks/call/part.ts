import type { Check } from '../../check';
import { checkSimulatedCall } from './simulated';

/** A whole call. */
export const CALL_CHECKS: readonly Check[] = [checkSimulatedCall];
