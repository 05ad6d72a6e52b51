// What the agent is told to say where the bridge, and not the caller, gives the reason.

export const STILL_THERE =
  'The caller has said nothing for a while. Ask briefly, in the language of the call, whether they are still there.';
export const HAVE_TO_END =
  'The call has to end now, for a reason that has nothing to do with the caller. In the language of the call, and in two short sentences at most: apologize, say that they are welcome to call again in a minute, and say goodbye.';
export const NOBODY_THERE =
  'The caller is not there any more. Say a short, polite goodbye in the language of the call.';
