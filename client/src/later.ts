/** Calls at most once in a while: many calls in a row become one, made after the first. */
export function later(delayMs: number, call: () => void): { (): void; dispose(): void } {
  let timer: NodeJS.Timeout | undefined;
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      call();
    }, delayMs);
  };
  return Object.assign(soon, {
    dispose: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  });
}
