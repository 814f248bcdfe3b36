import { css } from 'lit';

export const costStyles = css`
  .cost-page {
    max-width: 1000px;
  }
  .burns {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(260px, 100%), 1fr));
    gap: var(--gap);
  }
  .burn {
    align-content: start;
  }
  .burn-picture {
    width: 100%;
    height: 110px;
    border-block-end: 1px solid var(--line);
    overflow: visible;
  }
  .burn-picture * {
    fill: none;
    stroke-width: 1.5;
    vector-effect: non-scaling-stroke;
  }
  .burn-picture .spent {
    stroke: var(--busy);
    stroke-width: 2;
  }
  .burn-picture .spent.alert {
    stroke: var(--doubtful);
  }
  .burn-picture .projection {
    stroke: var(--calm);
    stroke-dasharray: 2 4;
  }
  .burn-picture .limit {
    stroke: var(--bad);
  }
  .burn-picture .threshold {
    stroke: var(--doubtful);
    stroke-dasharray: 6 4;
  }
  .amounts {
    width: 100%;
    border-collapse: collapse;
  }
  .amounts th,
  .amounts td {
    padding: 4px 12px 4px 0;
    border-block-end: 1px solid var(--line);
    text-align: start;
    font-weight: normal;
    overflow-wrap: anywhere;
  }
  .amounts thead th {
    color: var(--vscode-descriptionForeground);
  }
  .amounts .number {
    text-align: end;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 16px;
  }
  .legend .burn-picture {
    width: 28px;
    height: 8px;
    margin-inline-end: 6px;
    border: 0;
    vertical-align: middle;
  }
  /* Bars begin at one line, whatever the amounts beside them are. */
  .with-share {
    display: inline-grid;
    grid-template-columns: 84px minmax(9ch, auto);
    gap: 8px;
    align-items: center;
  }
  .share {
    width: 84px;
    height: 10px;
  }
  .share .spent {
    fill: var(--busy);
  }
  @media (max-width: 480px) {
    .share {
      display: none;
    }
    .with-share {
      grid-template-columns: auto;
    }
    .amounts .number {
      white-space: normal;
    }
  }
  .tab {
    padding: 3px 10px;
    border: 1px solid var(--line);
    border-radius: 4px;
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }
  .tab[aria-selected='true'] {
    border-color: var(--vscode-focusBorder, currentColor);
    background: var(--faint);
    font-weight: 600;
  }
`;
