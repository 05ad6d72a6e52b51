import { answerTwiml } from './answer/answer';
import { answerFallback } from './answer/fallback';
import { log } from './log/log';
import { callHandler } from './request/call-handler';
import { testModeTwiml } from './twiml/test-mode';

/** Says that number, webhook and Functions work; needs neither bridge nor model. */
export const handler = callHandler(
  'test-mode',
  ({ callSid, parameters }) => {
    log('twiml generated', { callSid, kind: 'test-mode' });
    return Promise.resolve(answerTwiml(testModeTwiml(parameters.To ?? '', callSid)));
  },
  answerFallback,
);
