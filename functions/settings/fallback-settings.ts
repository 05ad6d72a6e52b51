import { readVariable } from './variables';

/** What a caller gets when the bridge cannot take the call. */
export interface FallbackSettings {
  readonly mode: 'say' | 'dial' | 'message';
  /** The operator's own words, instead of ours. */
  readonly say: string | undefined;
  /** E.164; always there when the mode is `dial`. */
  readonly number: string | undefined;
  /** What is wrong with the variables, where `say` is only what remains. */
  readonly fault?: SettingFault;
}

/** A variable that could not be taken. */
export interface SettingFault {
  readonly variable: string;
  readonly reason: string;
  readonly example: string;
}

const E164 = /^\+[1-9]\d{1,14}$/;
const MODES = ['say', 'dial', 'message'] as const;

/** Reads the fallback. Where something is wrong with it, `say` is what remains. */
export function readFallback(context: object): FallbackSettings {
  const say = readVariable(context, 'FALLBACK_SAY');
  const number = readVariable(context, 'FALLBACK_NUMBER');
  const wanted = readVariable(context, 'FALLBACK_MODE') ?? 'say';
  const mode = MODES.find((known) => known === wanted);
  const fault = findFault(mode, number);
  if (mode === undefined || fault !== undefined) {
    return { mode: 'say', say, number: undefined, ...(fault ? { fault } : {}) };
  }
  return { mode, say, number };
}

function findFault(
  mode: FallbackSettings['mode'] | undefined,
  number: string | undefined,
): SettingFault | undefined {
  if (mode === undefined) {
    return {
      variable: 'FALLBACK_MODE',
      reason: 'is none of say, dial and message',
      example: 'FALLBACK_MODE=say',
    };
  }
  if (mode !== 'dial' || (number !== undefined && E164.test(number))) return undefined;
  return {
    variable: 'FALLBACK_NUMBER',
    reason: number === undefined ? 'is missing, and FALLBACK_MODE is dial' : 'is not E.164',
    example: 'FALLBACK_NUMBER=+15550100100',
  };
}
