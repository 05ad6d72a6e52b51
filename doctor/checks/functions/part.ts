import type { Check } from '../../check';
import { checkAddress } from './address';
import { checkDeployed } from './deployed';
import { checkDiagnostics } from './diagnostics';
import { checkProtection } from './protection';
import { checkReachable } from './reachable';
import { checkSecret } from './secret';
import { checkSettings } from './settings';
import { checkVersions } from './versions';

/** The Functions, as deployed. */
export const FUNCTIONS_CHECKS: readonly Check[] = [
  checkAddress,
  checkDeployed,
  checkReachable,
  checkDiagnostics,
  checkVersions,
  checkProtection,
  checkSettings,
  checkSecret,
];
