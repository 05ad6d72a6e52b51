import type { Check } from '../../check';
import { checkNode } from './node';

/** What is configured on this machine. */
export const CONFIG_CHECKS: readonly Check[] = [checkNode];
