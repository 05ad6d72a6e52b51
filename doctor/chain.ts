import type { Check } from './check';
import { checkNode } from './checks/config/node';

/** Every check, in the order of a call: who is called, what is asked, what answers. */
export const CHAIN: readonly Check[] = [checkNode];
