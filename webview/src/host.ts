import type * as z from 'zod/mini';

// The one door from a page to the editor. What comes in is parsed by the page's schema before anything looks at it, what
// does not fit is dropped; nothing else in webview/ may call acquireVsCodeApi.

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

export interface Host<In, Out, Kept> {
  readonly post: (message: Out) => void;
  /** Messages that do not fit the schema never arrive. */
  readonly listen: (tell: (message: In) => void) => void;
  /** What the page kept when it was last hidden or reloaded; null where nothing fits. */
  readonly kept: Kept | null;
  readonly keep: (state: Kept) => void;
}

export function openHost<In, Out, Kept>(
  incoming: z.ZodMiniType<In>,
  keptSchema: z.ZodMiniType<Kept>,
): Host<In, Out, Kept> {
  const api = acquireVsCodeApi();
  const kept = keptSchema.safeParse(api.getState());
  return {
    // eslint-disable-next-line unicorn/require-post-message-target-origin -- It is the editor's door, not a window's.
    post: (message) => api.postMessage(message),
    listen: (tell) => {
      window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        const message = incoming.safeParse(data);
        if (message.success) tell(message.data);
      });
    },
    kept: kept.success ? kept.data : null,
    keep: (state) => api.setState(state),
  };
}
