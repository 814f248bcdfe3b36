/** Rings once, at the earliest time that it was set to; nothing is kept alive for it. */
export class Alarm {
  readonly #ring: () => void;
  #set: { readonly handle: NodeJS.Timeout; readonly atMs: number } | null = null;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Rings in a while, or sooner where it is set already. */
  setIn(delayMs: number): void {
    const atMs = performance.now() + delayMs;
    if (this.#set !== null && this.#set.atMs <= atMs) return;
    this.off();
    const handle = setTimeout(() => {
      this.#set = null;
      this.#ring();
    }, delayMs);
    handle.unref();
    this.#set = { handle, atMs };
  }

  off(): void {
    if (this.#set !== null) clearTimeout(this.#set.handle);
    this.#set = null;
  }
}
