/** Something that happens and that others listen to. */
export interface Signal<T> {
  on(listener: (value: T) => void): { dispose(): void };
  fire(value: T): void;
}

/** Like the editor's event emitter, for code that must work without the editor. */
export function createSignal<T>(): Signal<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    on: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    fire: (value) => {
      // A listener may add and remove others; those are asked the next time.
      const now = [...listeners];
      for (const listener of now) listener(value);
    },
  };
}
