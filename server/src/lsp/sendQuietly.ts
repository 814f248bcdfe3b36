/** Sends where somebody listens. A connection that is gone takes no more words, and whoever still speaks is not at fault. */
export function sendQuietly(send: () => Promise<void> | void): void {
  const attempt = async (): Promise<void> => await send();
  attempt().catch(() => undefined);
}
