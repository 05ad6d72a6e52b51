import type { Check } from '../../check';

/** The account at Twilio. */
export const ACCOUNT_CHECKS: readonly Check[] = [];
