import type { Check } from '../../check';
import { checkEnvFiles } from './env-files';
import { checkNativeServer } from './native';
import { checkNode } from './node';
import { checkNumberShape } from './number';
import { checkTwilioCredentials } from './twilio';
import { checkVariables } from './variables';

/** What is configured on this machine. */
export const CONFIG_CHECKS: readonly Check[] = [
  checkVariables,
  checkTwilioCredentials,
  checkNumberShape,
  checkEnvFiles,
  checkNode,
  checkNativeServer,
];
