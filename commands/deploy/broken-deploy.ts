import { describeTwilioError } from '@realtime-phone/protocol/twilio-errors/catalogue';
import { CommandError } from '../../twilio-account/failure';

/** What a deploy that broke off leaves behind. */
export const AGAIN = 'What was served before is served still; npm run deploy again completes it.';

const LAST_LINES = 8;

/** Says in a sentence why twilio-run did not come to its end, going by what it printed. */
export function explainBrokenDeploy(output: string, code: number | string): CommandError {
  // eslint-disable-next-line no-control-regex -- colours
  const plain = output.replace(/\u001b\[[0-9;]*m/g, '').replace(/^│ ?/gm, '');
  if (/ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|socket hang up|EPIPE/.test(plain)) {
    return new CommandError(`The connection to Twilio broke in the middle of the deploy. ${AGAIN}`);
  }
  const refusal = Number(/Failed\s+API\s+Request\s+(\d{3,5})/.exec(plain)?.[1] ?? 0);
  if (refusal === 401 || refusal === 20003) {
    return new CommandError(
      'Twilio refuses TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN (20003). Copy both from the same account in the Twilio console.',
    );
  }
  if (refusal > 0) {
    const { name, cause, remedy } = describeTwilioError(refusal);
    return new CommandError(
      `Twilio refuses the deploy with ${refusal}, ${name}: ${cause}; ${remedy}. ${AGAIN}`,
    );
  }
  const step = /Failed to (?:upload|create) [^\n]+/.exec(plain)?.[0].trim();
  if (step !== undefined) {
    return new CommandError(
      `${step}: Twilio or the network broke off in the middle of the deploy. ${AGAIN}`,
    );
  }
  const last = plain.trim().split('\n').slice(-LAST_LINES).join('\n  ');
  return new CommandError(`twilio-run ended with ${code}. ${AGAIN} Its last words:\n  ${last}`);
}
