import { type Check, oneFinding } from '../../check';

/** Whether the number can be called at all. */
export const checkVoice: Check = {
  id: 'number.voice',
  title: 'Number takes voice calls',
  needs: ['number.exists'],
  run: ({ facts: { number } }) => {
    if (number?.capabilities.voice === false) {
      return Promise.resolve(
        oneFinding({
          level: 'fault',
          id: 'number-without-voice',
          found: `${number.phoneNumber} has no voice capability`,
          why: 'a call to it never gets to Twilio’s voice service: the caller hears the carrier',
          remedy: 'take another number of the account, or buy one with the voice capability',
        }),
      );
    }
    if (number?.voiceReceiveMode === 'fax') {
      return Promise.resolve(
        oneFinding({
          level: 'fault',
          id: 'number-receives-fax',
          found: `${number.phoneNumber} takes incoming calls as fax`,
          why: 'the voice address is not asked: the caller hears a fax machine',
          remedy:
            'set the number to Voice in the Twilio console, under Phone Numbers → Active numbers → the number → Voice configuration',
        }),
      );
    }
    return Promise.resolve({ found: 'voice' });
  },
};
