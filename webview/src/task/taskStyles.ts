import { css } from 'lit';

export const taskStyles = css`
  .goal {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .with-icon {
    display: grid;
    grid-template-columns: 16px minmax(0, 1fr);
    gap: 8px;
    align-items: start;
    overflow-wrap: anywhere;
  }
  .with-icon > .icon {
    margin-top: 1px;
  }
  .with-icon > :only-child {
    grid-column: 1 / -1;
  }
  .state {
    gap: 12px;
  }
  .state-words {
    display: grid;
    grid-template-columns: 24px minmax(0, 1fr);
    gap: 10px;
    overflow-wrap: anywhere;
  }
  .state-words > .icon {
    width: 24px;
    height: 24px;
    stroke-width: 1.1;
  }
  .state-title {
    font-size: 1.2em;
    line-height: 24px;
  }
  .columns {
    display: grid;
    gap: calc(var(--gap) * 2);
  }
  @media (min-width: 880px) {
    .columns {
      grid-template-columns: minmax(0, 1fr) 320px;
    }
    .aside {
      grid-column: 2;
      grid-row: 1;
    }
    .progress {
      grid-column: 1;
      grid-row: 1;
    }
  }
  .aside {
    gap: calc(var(--gap) * 1.8);
  }
  .progress > *,
  .cycle > * {
    min-width: 0;
  }
  .money {
    display: grid;
    gap: 6px;
  }
  .money-bar {
    width: 100%;
    height: 10px;
    border: 1px solid var(--line);
    border-radius: 4px;
  }
  .money-bar .ground {
    fill: var(--faint);
  }
  .money-bar .spent {
    fill: var(--busy);
  }
  .money-bar .spent.alert {
    fill: var(--doubtful);
  }
  .hatch {
    fill: var(--busy);
  }
  .money-bar .threshold {
    stroke: var(--vscode-foreground);
    stroke-width: 2;
    stroke-dasharray: 2 1.5;
  }
  .legend-square {
    width: 12px;
    height: 10px;
    border: 1px solid var(--line);
    vertical-align: -1px;
  }
  .files {
    display: grid;
    gap: 2px;
    overflow-wrap: anywhere;
  }
  @media (max-width: 480px) {
    .deeds vscode-button {
      flex: 1 1 auto;
    }
  }
`;
