import { readRefusal } from '../../protocol/admission';
import { CodedError } from '../../protocol/errors';
import { type NextRequest, type NextStep, readNextStep } from '../../protocol/next';
import type { BridgeAddress } from '../settings/bridge-address';
import { ANSWER_LIMIT_MS } from './client';
import { askNodes } from './nodes';
import { refusalOf } from './refusal';
import { checkStreamAddress } from './stream-address';

const NUMBER = /^\+?\d{2,15}$/;
const DIGITS = /^[0-9A-D*#wW]{1,100}$/;

/** Either what comes next, or why the bridge did not say, and whether asking again may help. */
export type NextAnswer =
  { readonly step: NextStep } | { readonly fault: CodedError; readonly askAgain: boolean };

/**
 * Asks the bridge what comes next with a call. Never throws on what the bridge does.
 * @param node the one that the call was with, where there are several.
 */
export async function askNext(
  bridge: BridgeAddress,
  callSid: string,
  request: NextRequest,
  node: string | undefined,
): Promise<NextAnswer> {
  try {
    const answer = await askNodes(bridge, {
      method: 'POST',
      path: `/calls/${callSid}/next`,
      body: request,
      limitMs: ANSWER_LIMIT_MS,
      node,
    });
    if (answer.status !== 200) {
      // A coded 4xx is the bridge's last word. Anything else may be a proxy or tunnel whose bridge
      // restarts: they answer 502, and some of them 404 with a page of their own.
      const isLastWord = answer.status < 500 && readRefusal(answer.body) !== undefined;
      const askAgain = !isLastWord;
      return { fault: refusalOf(answer), askAgain };
    }
    const step = readNextStep(answer.body);
    if (step === undefined) return { fault: refusalOf(answer), askAgain: true };
    checkStep(step);
    return { step };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { fault: error, askAgain: error.fault.retryable === true };
  }
}

/** What would not work as TwiML is refused here. */
function checkStep(step: NextStep): void {
  if (step.action === 'resume') checkStreamAddress(step.streamUrl);
  if (step.action === 'dial' && !NUMBER.test(step.number)) {
    throw new CodedError('bridge_answer_invalid', 'the number to dial is not a phone number');
  }
  if (step.action === 'digits' && !DIGITS.test(step.digits)) {
    throw new CodedError('bridge_answer_invalid', 'the digits cannot be played');
  }
}
