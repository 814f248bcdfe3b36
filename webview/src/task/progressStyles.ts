import { css } from 'lit';

/** Cycles, phases, agents and their actions. */
export const progressStyles = css`
  .choices {
    display: inline-flex;
    border: 1px solid var(--line);
    border-radius: 4px;
    overflow: hidden;
  }
  .choice {
    padding: 2px 9px;
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }
  .choice + .choice {
    border-inline-start: 1px solid var(--line);
  }
  .choice:hover {
    background: var(--vscode-toolbar-hoverBackground, var(--faint));
  }
  .choice[aria-pressed='true'] {
    background: var(--vscode-list-activeSelectionBackground, var(--faint));
    color: var(--vscode-list-activeSelectionForeground, inherit);
    box-shadow: inset 0 -2px 0 currentColor;
    font-weight: 600;
  }
  .choice:focus-visible {
    outline-offset: -2px;
  }
  .cycle {
    display: grid;
    gap: 8px;
    padding-bottom: 8px;
  }
  .cycle > h3 .muted {
    font-weight: normal;
  }
  .action.state-done .badge,
  .action.state-running .badge {
    border-color: transparent;
    color: var(--vscode-descriptionForeground);
  }
  .cycle {
    container-type: inline-size;
  }
  .stepper {
    display: grid;
    grid-template-columns: repeat(4, minmax(0, 1fr));
    gap: 6px;
  }
  @container (max-width: 420px) {
    .stepper {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
  }
  .step {
    display: grid;
    grid-template-columns: 16px minmax(0, 1fr);
    gap: 7px;
    padding: 6px 0 2px;
    border-top: 2px solid color-mix(in srgb, var(--vscode-foreground) 18%, transparent);
    line-height: 1.3;
  }
  .step.reached {
    border-top-color: var(--good);
  }
  .step[aria-current='step'] {
    border-top-color: var(--busy);
  }
  .step .muted {
    display: block;
    font-size: 0.92em;
  }
  .phase {
    border: 1px solid var(--line);
    border-radius: 6px;
  }
  .phase > summary {
    padding: 6px 10px;
    border-radius: 6px;
  }
  .phase > summary:hover,
  .items summary:hover {
    background: var(--vscode-list-hoverBackground, var(--faint));
  }
  .phase > summary > h4 {
    display: inline;
    margin-inline-end: 6px;
  }
  .phase > summary .badge {
    margin-inline-start: 6px;
  }
  .turns {
    display: grid;
    gap: 14px;
    padding: 4px 10px 10px;
  }
  .turn {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 2px;
  }
  .turn-summary {
    margin-inline-start: 7px;
    padding: 2px 0 2px 14px;
    border-inline-start: 2px solid color-mix(in srgb, var(--vscode-foreground) 18%, transparent);
    overflow-wrap: anywhere;
  }
  .left-out {
    padding-inline-start: 24px;
    font-size: 0.92em;
  }
  .items.long > li {
    contain-intrinsic-size: auto 26px;
    content-visibility: auto;
  }
  .items summary {
    display: grid;
    grid-template-columns: 16px minmax(0, 1fr) auto;
    gap: 8px;
    align-items: center;
    padding: 3px 6px 3px 0;
    border-radius: 3px;
    list-style: none;
  }
  .items summary::-webkit-details-marker {
    display: none;
  }
  .items summary:focus-visible,
  .phase > summary:focus-visible {
    outline-offset: -1px;
  }
  .action-title,
  .clipped {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .action-end {
    display: inline-flex;
    align-items: center;
    gap: 8px;
  }
  .took {
    min-width: 58px;
    font-size: 0.92em;
    font-variant-numeric: tabular-nums;
    text-align: end;
    white-space: nowrap;
  }
  .said {
    display: grid;
    grid-template-columns: 16px minmax(0, 1fr);
    gap: 8px;
    align-items: start;
    padding: 3px 6px 3px 0;
    overflow-wrap: anywhere;
  }
  .said > .icon {
    margin-top: 2px;
  }
  .items summary > .said {
    grid-column: 1 / -1;
    padding: 0;
  }
  .said-text {
    white-space: pre-wrap;
  }
  .fold-body {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
    margin: 2px 0 8px 7px;
    padding: 6px 8px 6px 15px;
    border-inline-start: 2px solid color-mix(in srgb, var(--vscode-foreground) 18%, transparent);
    overflow-wrap: anywhere;
  }
  h5 {
    margin: 0 0 3px;
    font-size: 1em;
    font-weight: normal;
  }
  @media (max-width: 480px) {
    .items summary {
      grid-template-columns: 16px minmax(0, 1fr);
    }
    .action.state-done .badge,
    .action.state-running .badge {
      padding-inline: 0;
    }
    .action-end {
      grid-column: 2;
      justify-content: space-between;
    }
    .items.long > li {
      contain-intrinsic-size: auto 46px;
    }
    .turns {
      padding: 2px 8px 8px;
    }
    .stepper {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
  }
`;
