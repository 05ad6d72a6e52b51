import type { Examination } from '../examination';
import { postForm } from './signed-post';
import { readVoiceParameters } from './voice-parameters';

/**
 * Tells the Functions that the call is over, as Twilio does in the end: the bridge then frees the
 * place and closes the model session that the fetch of the TwiML opened. Gives false where that
 * could not be told.
 */
export async function releaseCall(
  { settings, reach }: Pick<Examination, 'settings' | 'reach'>,
  functionsUrl: string,
  callSid: string,
): Promise<boolean> {
  const parameters = {
    ...readVoiceParameters(settings, callSid, 'completed'),
    CallDuration: '0',
    SequenceNumber: '0',
    CallbackSource: 'call-progress-events',
  };
  const authToken = settings.environment.TWILIO_AUTH_TOKEN;
  const url = `${functionsUrl}/call-status`;
  try {
    const { status } = await postForm(reach, { url, parameters, authToken });
    return status >= 200 && status < 300;
  } catch {
    return false;
  }
}
