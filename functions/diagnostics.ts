import { version as twilioVersion } from 'twilio/package.json';
import { dependencies, version } from '../package.json';
import { answerFault, answerJson, toResponse } from './answer/answer';
import { probeBridge } from './bridge-client/probe';
import { logFault } from './log/log';
import type { TwilioFunction } from './request/call-handler';
import { readFallback } from './settings/fallback-settings';
import { readVariable, VARIABLE_NAMES } from './settings/variables';

/**
 * Public: versions, which variables are set, and how one signed request to the bridge goes. It reads
 * nothing of the request, so it never signs what a stranger sends.
 */
export const handler: TwilioFunction = async (context, _event, callback) => {
  try {
    const config = Object.fromEntries(
      VARIABLE_NAMES.map((name) => [
        name,
        readVariable(context, name) === undefined ? 'not set' : 'set',
      ]),
    );
    const { fault } = readFallback(context);
    const answer = answerJson({
      versions: {
        package: version,
        node: process.version,
        runtimeHandler: dependencies['@twilio/runtime-handler'],
        twilio: twilioVersion,
      },
      config,
      faults: fault === undefined ? [] : [fault],
      bridge: await probeBridge(context),
    });
    callback(null, toResponse(answer));
  } catch (error) {
    logFault('function failed', error, { route: 'diagnostics' });
    callback(null, toResponse(answerFault('internal_error', 500)));
  }
};
