import { openTwilio } from '../twilio-account/client';
import type { Examination } from './examination';
import type { DoctorOptions } from './options';
import { Reach } from './reach';
import type { DoctorSurroundings } from './run-doctor';
import { readSettings } from './settings';

/** What Twilio may take for one answer: the doctor says in seconds that it is out of reach. */
const TWILIO_MS = 8_000;

/** A new examination: nothing is known yet. Its reach is to be closed. */
export function openExamination(
  { phoneNumber, hosts }: Pick<DoctorOptions, 'phoneNumber' | 'hosts'>,
  {
    environment,
    findVariableFaults,
    findModel,
    findNativeFault,
    folder,
    interrupted,
  }: Omit<DoctorSurroundings, 'print' | 'confirm'>,
): Examination {
  return {
    settings: readSettings(environment, { phoneNumber, hosts }),
    reach: new Reach(hosts),
    openTwilio: () => openTwilio(environment, TWILIO_MS),
    findVariableFaults,
    findModel,
    findNativeFault,
    folder,
    facts: {},
    interrupted,
  };
}
