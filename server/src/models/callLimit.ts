/** More calls than anyone makes at a time. Each is decided and recorded, yet only the request before them is paid for. */
export const maxCalls = 100;

/** Told instead of the result of the first call that was not taken; it stands for all after it. */
export const tooManyCalls = `Only the first ${maxCalls} calls of one answer are taken; this one and all after it were not`;
