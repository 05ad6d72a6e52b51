import type { Check } from '../../check';
import { checkBalance } from './balance';
import { checkCredentials } from './credentials';
import { checkGeography } from './geography';
import { checkRegion } from './region';
import { checkStatus } from './status';

/** The account at Twilio. The region comes first, since every request goes there. */
export const ACCOUNT_CHECKS: readonly Check[] = [
  checkRegion,
  checkCredentials,
  checkStatus,
  checkBalance,
  checkGeography,
];
