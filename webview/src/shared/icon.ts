import { svg, type SVGTemplateResult, html, type TemplateResult } from 'lit';

// Drawn here, so that pages need no font and look right in every theme: strokes take the colour of the text around them.
const shapes = {
  passed: svg`<circle cx="8" cy="8" r="6.5" /><path d="m5 8.2 2.1 2.1L11 6.2" />`,
  failed: svg`<circle cx="8" cy="8" r="6.5" /><path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4" />`,
  warning: svg`<path d="M8 1.9 14.6 13.6H1.4Z" /><path d="M8 6.2v3.6m0 1.6v.3" />`,
  info: svg`<circle cx="8" cy="8" r="6.5" /><path d="M8 7.2v4M8 4.7v.4" />`,
  unknown: svg`<circle cx="8" cy="8" r="6.5" /><path d="M6.2 6.4a1.8 1.8 0 1 1 2.6 1.6c-.5.3-.8.6-.8 1.2M8 11.2v.3" />`,
  skipped: svg`<circle cx="8" cy="8" r="6.5" stroke-dasharray="2.4 1.7" /><path d="M5.4 8h5.2" />`,
  done: svg`<path d="m3 8.6 3.2 3.2L13 5" />`,
  running: svg`<path d="M8 1.5A6.5 6.5 0 1 1 1.5 8" />`,
  waiting: svg`<circle cx="8" cy="8" r="6.5" /><path d="M8 4.3V8l2.5 1.6" />`,
  error: svg`<path d="m4 4 8 8m0-8-8 8" />`,
  refused: svg`<circle cx="8" cy="8" r="6.5" /><path d="m3.5 3.5 9 9" />`,
  denied: svg`<path d="M5.3 8.2V3.9a1 1 0 0 1 2 0V7m0-.3V2.8a1 1 0 0 1 2 0V7m0-2.3a1 1 0 0 1 2 0v5.2c0 2.6-1.5 4.4-3.8 4.4-1.8 0-2.6-.7-3.5-2.2L2.7 9.5c-.4-.8.6-1.5 1.3-.8l1.3 1.4" />`,
  expired: svg`<path d="M4 1.7h8M4 14.3h8M5 1.7c0 3.4 2.4 4.2 3 6.3.6-2.1 3-2.9 3-6.3M5 14.3c0-3.4 2.4-4.2 3-6.3.6 2.1 3 2.9 3 6.3" />`,
  invalid: svg`<path d="M5.5 2.2H4.2a1.2 1.2 0 0 0-1.2 1.2v2.7L1.6 8 3 9.9v2.7a1.2 1.2 0 0 0 1.2 1.2h1.3m5-11.6h1.3A1.2 1.2 0 0 1 13 3.4v2.7L14.4 8 13 9.9v2.7a1.2 1.2 0 0 1-1.2 1.2h-1.3M8 5.4v3m0 1.9v.3" />`,
  cancelled: svg`<circle cx="8" cy="8" r="6.5" /><path d="M5.9 5.9h4.2v4.2H5.9Z" />`,
  paused: svg`<path d="M5.5 3v10m5-10v10" />`,
  shield: svg`<path d="M8 1.6 13.4 3.5v4c0 3.3-2.2 5.6-5.4 6.9C4.8 13.1 2.6 10.8 2.6 7.5v-4Z" />`,
  chain: svg`<path d="M6.7 9.3 9.3 6.7M7.3 4.9l1.6-1.6a2.7 2.7 0 0 1 3.8 3.8l-1.6 1.6M8.7 11.1l-1.6 1.6a2.7 2.7 0 0 1-3.8-3.8l1.6-1.6" />`,
  broken: svg`<path d="m7.3 4.9 1.6-1.6a2.7 2.7 0 0 1 3.8 3.8l-1.6 1.6M8.7 11.1l-1.6 1.6a2.7 2.7 0 0 1-3.8-3.8l1.6-1.6M4.6 2.2l.7 2M2.2 4.6l2 .7m7.2 8.5-.7-2m3.1-.4-2-.7" />`,
  seal: svg`<circle cx="8" cy="6.2" r="4.4" /><path d="m6.1 6.3 1.4 1.4 2.4-2.6M5.4 9.9 4.4 14.3 8 12.6l3.6 1.7-1-4.4" />`,
  anchor: svg`<circle cx="8" cy="3.3" r="1.7" /><path d="M8 5v9.3M5.3 7.3h5.4M2.3 9.4c.3 3 2.6 4.9 5.7 4.9s5.4-1.9 5.7-4.9M2.3 9.4 1 11M2.3 9.4l1.7 1.3m9.7-1.3L15 11m-1.3-1.6L12 10.7" />`,
  copy: svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1" /><path d="M10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2" />`,
  speech: svg`<path d="M2 3h12v8H7.5L4.5 13.7V11H2Z" />`,
  robot: svg`<rect x="2.5" y="5" width="11" height="8" rx="1.5" /><path d="M8 5V2.2M5.8 8.4v1m4.4-1v1M.8 8v2.5M15.2 8v2.5" />`,
  empty: svg`<circle cx="8" cy="8" r="5" />`,
  branch: svg`<circle cx="4.5" cy="3.5" r="1.7" /><circle cx="4.5" cy="12.5" r="1.7" /><circle cx="11.5" cy="5.5" r="1.7" /><path d="M4.5 5.2v5.6M11.5 7.2c0 2.6-7 1.4-7 3.6" />`,
} satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof shapes;

/** A picture beside words that say the same: never the only bearer of a meaning, so readers of the screen skip it. */
export function icon(name: IconName, tone = ''): TemplateResult {
  return html`<svg class="icon icon-${name} ${tone}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    ${shapes[name]}
  </svg>`;
}
