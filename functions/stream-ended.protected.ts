import type { NextRequest, NextStep } from '../protocol/next';
import { answerTwiml } from './answer/answer';
import { answerFallback, fallbackDocument } from './answer/fallback';
import { passOn } from './bridge-client/events';
import { askNext } from './bridge-client/next';
import { onNode, readNode } from './bridge-client/nodes';
import { log, logFault } from './log/log';
import { callHandler, type CallRequest } from './request/call-handler';
import { isCallOver } from './request/call-over';
import { againAt, MAX_TRIES, readReturn } from './request/return';
import { readBridgeAddress } from './settings/bridge-address';
import type { Settings } from './settings/settings';
import { connectTwiml } from './twiml/connect';
import { dialTwiml } from './twiml/dial';
import { digitsTwiml } from './twiml/digits';
import { hangupTwiml, nothingTwiml } from './twiml/ending';
import { waitingTwiml } from './twiml/waiting';

/** The stream, a `<Dial>` or a step of digits has ended: asks the bridge what comes next. */
export const handler = callHandler(
  'stream-ended',
  async (request) => {
    if (isCallOver(request.parameters)) {
      await passOn('stream-ended', request);
      log('twiml generated', { callSid: request.callSid, kind: 'nothing' });
      return answerTwiml(nothingTwiml());
    }
    const { kind, document } = await goOn(request, readReturn(request.parameters));
    log('twiml generated', { callSid: request.callSid, kind });
    return answerTwiml(document);
  },
  answerFallback,
);

async function goOn({ callSid, settings, context, parameters }: CallRequest, back: NextRequest) {
  const node = readNode(parameters);
  let bridge;
  try {
    bridge = readBridgeAddress(context);
  } catch (fault) {
    logFault('next step not known', fault, { callSid });
    return { kind: 'fallback', document: fallbackDocument(settings) };
  }
  const answer = await askNext(bridge, callSid, back, node);
  if ('step' in answer) {
    return { kind: answer.step.action, document: stepTwiml(settings, answer.step, node) };
  }
  logFault('next step not known', answer.fault, { callSid, try: back.try });
  if (!answer.askAgain || back.try >= MAX_TRIES) {
    return { kind: 'fallback', document: fallbackDocument(settings) };
  }
  const again = onNode(againAt(settings.base, back), node);
  return { kind: 'waiting', document: waitingTwiml(settings, again, back.try === 0) };
}

function stepTwiml(settings: Settings, step: NextStep, node: string | undefined): string {
  switch (step.action) {
    case 'hangup':
      return hangupTwiml(settings, step.say);
    case 'fallback':
      return fallbackDocument(settings, step.say);
    case 'resume':
      return connectTwiml(settings, step, step.say);
    case 'dial':
      return dialTwiml(settings, step, node);
    case 'digits':
      return digitsTwiml(
        settings,
        step,
        onNode(`${settings.base}/stream-ended?after=digits`, node),
      );
  }
}
