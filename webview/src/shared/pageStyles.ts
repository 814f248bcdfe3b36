import { css } from 'lit';

// What all pages look like. Theme tokens only: every colour is one that VS Code gives to webviews, so that each theme,
// both high-contrast ones included, is right without code of ours knowing it.
export const pageStyles = css`
  :root {
    --gap: 12px;
    --line: var(--vscode-contrastBorder, var(--vscode-widget-border, var(--vscode-panel-border, currentColor)));
    --faint: color-mix(in srgb, var(--vscode-foreground) 5%, transparent);
    --good: var(--vscode-testing-iconPassed, currentColor);
    --bad: var(--vscode-testing-iconFailed, var(--vscode-errorForeground, currentColor));
    --doubtful: var(--vscode-editorWarning-foreground, currentColor);
    --busy: var(--vscode-progressBar-background, var(--vscode-editorInfo-foreground, currentColor));
    --calm: var(--vscode-descriptionForeground, currentColor);
    --mono: var(--vscode-editor-font-family, monospace);
  }
  * {
    box-sizing: border-box;
  }
  body {
    margin: 0;
    padding: 0;
    color: var(--vscode-foreground);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size, 13px);
    line-height: 1.45;
  }
  h1,
  h2,
  h3,
  h4,
  p,
  ul,
  ol,
  dl,
  dd,
  pre {
    margin: 0;
    padding: 0;
  }
  h1 {
    font-size: 1.35em;
    font-weight: 600;
    line-height: 1.35;
  }
  h2 {
    font-size: 1.08em;
    font-weight: 600;
  }
  h3,
  h4 {
    font-size: 1em;
    font-weight: 600;
  }
  ul,
  ol {
    list-style: none;
  }
  code,
  pre,
  .mono {
    padding: 0;
    background: none;
    color: inherit;
    font-family: var(--mono);
    font-size: 0.95em;
  }
  pre {
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }
  a,
  .link {
    color: var(--vscode-textLink-foreground);
    text-decoration: none;
  }
  .link {
    padding: 0;
    border: 0;
    background: none;
    font: inherit;
    text-align: start;
    overflow-wrap: anywhere;
    cursor: pointer;
  }
  a:hover,
  .link:hover {
    color: var(--vscode-textLink-activeForeground);
    text-decoration: underline;
  }
  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 2px;
  }
  vscode-button:focus-visible {
    outline: none;
  }
  .muted {
    color: var(--vscode-descriptionForeground);
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .icon {
    flex: none;
    width: 16px;
    height: 16px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.3;
    stroke-linecap: round;
    stroke-linejoin: round;
    vertical-align: -3px;
  }
  .good {
    color: var(--good);
  }
  .bad {
    color: var(--bad);
  }
  .doubtful {
    color: var(--doubtful);
  }
  .busy {
    color: var(--busy);
  }
  .calm {
    color: var(--calm);
  }
  .icon-running {
    animation: turn 1.6s linear infinite;
  }
  @keyframes turn {
    to {
      transform: rotate(360deg);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .icon-running {
      animation: none;
    }
  }
  body.vscode-reduce-motion .icon-running {
    animation: none;
  }
  .page {
    display: grid;
    gap: calc(var(--gap) * 1.5);
    max-width: 1180px;
    padding: 20px 24px 40px;
  }
  .page > *,
  .card > *,
  .stack > * {
    min-width: 0;
  }
  .stack {
    display: grid;
    gap: var(--gap);
    align-content: start;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 8px;
  }
  .apart {
    justify-content: space-between;
  }
  .card {
    display: grid;
    gap: 8px;
    padding: 12px 14px;
    border: 1px solid var(--line);
    border-radius: 6px;
    background: var(--faint);
  }
  .card.tone-good {
    border-inline-start: 3px solid var(--good);
  }
  .card.tone-bad {
    border-inline-start: 3px solid var(--bad);
  }
  .card.tone-doubtful {
    border-inline-start: 3px solid var(--doubtful);
  }
  .card.tone-busy {
    border-inline-start: 3px solid var(--busy);
  }
  .badge {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    padding: 0 7px;
    border: 1px solid color-mix(in srgb, currentColor 35%, transparent);
    border-radius: 10px;
    font-size: 0.88em;
    line-height: 18px;
    white-space: nowrap;
  }
  .badge .icon {
    width: 13px;
    height: 13px;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 14px;
    color: var(--vscode-descriptionForeground);
  }
  .facts > * {
    overflow-wrap: anywhere;
  }
  .pairs {
    display: grid;
    grid-template-columns: minmax(76px, max-content) minmax(0, 1fr);
    gap: 5px 14px;
  }
  .pairs dt {
    color: var(--vscode-descriptionForeground);
  }
  .pairs dd {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .block {
    max-height: 340px;
    overflow: auto;
    padding: 8px 10px;
    border: 1px solid var(--line);
    border-radius: 4px;
    background: var(--vscode-textCodeBlock-background, var(--faint));
  }
  .hidden-character {
    padding: 0 3px;
    border: 1px solid var(--doubtful);
    border-radius: 3px;
    font-size: 0.85em;
    unicode-bidi: isolate;
  }
  .isolated {
    unicode-bidi: isolate;
  }
  summary {
    cursor: pointer;
  }
  .empty {
    display: grid;
    justify-items: start;
    gap: 8px;
    max-width: 60ch;
    padding: 32px 24px;
  }
  .empty .icon {
    width: 28px;
    height: 28px;
    stroke-width: 0.9;
  }
  @media (max-width: 480px) {
    .page {
      padding: 14px 12px 32px;
    }
    .card {
      padding: 10px;
    }
    .empty {
      padding: 20px 12px;
    }
    .pairs {
      grid-template-columns: minmax(0, 1fr);
      gap: 0;
    }
    .pairs dd {
      margin-bottom: 6px;
    }
  }
`;
