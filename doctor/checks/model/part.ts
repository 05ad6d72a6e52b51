import type { Check } from '../../check';
import { checkAddress } from './address';
import { checkAgent } from './agent';
import { checkAudio } from './audio';
import { checkKey } from './key';
import { checkName } from './name';
import { checkSession } from './session';

/** The model. */
export const MODEL_CHECKS: readonly Check[] = [
  checkAgent,
  checkAddress,
  checkKey,
  checkName,
  checkSession,
  checkAudio,
];
