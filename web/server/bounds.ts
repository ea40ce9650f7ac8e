// Every limit and time of the service, with its reason.

/** Long enough for a pasted book chapter, short enough that it cannot fill the memory. */
export const maxTextCharacters = 1_000_000;
/** A title is one line. */
export const maxTitleCharacters = 200;
/** Model names have slashes and versions, not essays. */
export const maxModelCharacters = 300;
/** A question's files in base64 (a third more than their bytes), and its text, of which JSON may take six bytes for a character (`\u1234`). */
export const maxBodyBytes = 40 * 1024 * 1024;
/** Names of presets and of files are one line. */
export const maxNameCharacters = 200;
/** More presets than anyone finds again. */
export const maxPresets = 200;
/** One screenful of the conversation list, several times over. */
export const maxListed = 100;
/** A gateway that takes longer to list its models is as good as down for someone who waits. */
export const healthTimeoutMs = 4000;
/** Many pages asking at once make one call to the gateway. */
export const healthFreshMs = 1000;
/** Proxies between page and service close connections that are silent for longer, often after 30 s. */
export const heartbeatMs = 15_000;
/** How long an answer is written on for a reader who may come back: long enough for a reload, short enough that nobody pays for what nobody reads. */
export const lingerMs = 20_000;
/** A reader who is so many events behind is let go; it can come back to where the answer is then. */
export const maxEventsBehind = 10_000;
/** How long a stopping service lets answers finish. */
export const drainMs = 10_000;
/** How long a deleted conversation can still be brought back. */
export const deletedKeptMs = 24 * 60 * 60 * 1000;
