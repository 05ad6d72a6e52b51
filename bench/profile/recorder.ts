/*
 * Loaded before the bridge (node --require): SIGUSR2 begins a CPU profile, the next one ends it and
 * writes it to PROFILE_FILE. So the profile has the loaded time alone, and no start and no end.
 */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';

const SAMPLING_US = 500;
const file = process.env.PROFILE_FILE ?? 'bridge.cpuprofile';
const session = new Session();
let isRecording = false;

session.connect();
session.post('Profiler.enable');
session.post('Profiler.setSamplingInterval', { interval: SAMPLING_US });
process.on('SIGUSR2', () => {
  if (!isRecording) session.post('Profiler.start');
  else
    session.post('Profiler.stop', (error, result) => {
      if (error === null) writeFileSync(file, JSON.stringify(result.profile));
      process.stdout.write(`profile ${error === null ? 'written' : error.message}\n`);
    });
  isRecording = !isRecording;
});
process.stdout.write('recorder ready\n');
