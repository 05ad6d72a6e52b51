import type { Check } from '../../check';
import { checkCallbacks } from './callbacks';
import { checkExists } from './exists';
import { checkOverrides } from './overrides';
import { checkNumberRegion } from './region';
import { checkRegulation } from './regulation';
import { checkVoice } from './voice';
import { checkVoiceAddress } from './voice-address';

/** The number and what it points at. */
export const NUMBER_CHECKS: readonly Check[] = [
  checkExists,
  checkVoice,
  checkNumberRegion,
  checkRegulation,
  checkOverrides,
  checkVoiceAddress,
  checkCallbacks,
];
