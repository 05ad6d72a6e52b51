import VoiceResponse from 'twilio/lib/twiml/VoiceResponse';
import { addSay } from './say';

/** Proves number, webhook and Functions, with neither bridge nor model. */
export function testModeTwiml(to: string, callSid: string): string {
  const response = new VoiceResponse();
  addSay(response, 'This is the test mode. Your number, its webhook and the Functions work.');
  const number = to.replace(/\D/g, '').slice(-4);
  if (number !== '') addSay(response, `The number you called ends in ${spell(number)}.`);
  addSay(response, `This call's identifier ends in ${spell(callSid.slice(-4))}.`);
  addSay(response, 'To talk to the agent, switch the number to stream mode. Goodbye.');
  response.hangup();
  return response.toString();
}

/** One by one, so that no voice makes a thousand of it. */
function spell(characters: string): string {
  return Array.from(characters).join(' ');
}
