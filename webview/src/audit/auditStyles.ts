import { css } from 'lit';

export const auditStyles = css`
  .audit-page {
    display: grid;
    grid-template-rows: auto auto minmax(300px, 1fr);
    grid-template-columns: minmax(0, 1fr);
    gap: 10px;
    height: 100vh;
    padding: 14px 18px 0;
  }
  .with-icon,
  .chain-words {
    display: grid;
    grid-template-columns: 16px minmax(0, 1fr);
    gap: 8px;
    align-items: start;
    overflow-wrap: anywhere;
  }
  .with-icon > .icon {
    margin-top: 1px;
  }
  .chain {
    gap: 10px;
  }
  .chain-words {
    grid-template-columns: 24px minmax(0, 1fr);
    gap: 10px;
  }
  .chain-words > .icon {
    width: 24px;
    height: 24px;
    stroke-width: 1.1;
  }
  .chain-text {
    display: grid;
    gap: 3px;
    max-width: 110ch;
  }
  .chain-text h2 {
    font-size: 1.2em;
    line-height: 24px;
  }
  .filter {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: 8px;
  }
  .field {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    flex: 1 1 90px;
    gap: 2px;
    max-width: 220px;
    color: var(--vscode-descriptionForeground);
    font-size: 0.92em;
  }
  .field-text {
    flex-grow: 2;
    max-width: 340px;
  }
  .field-decision,
  .field-phase,
  .field-day {
    flex: 0 1 125px;
  }
  .field input,
  .field select {
    width: 100%;
    height: 26px;
    padding: 2px 6px;
    border: 1px solid var(--vscode-settings-textInputBorder, var(--vscode-input-border, var(--line)));
    border-radius: 4px;
    background: var(--vscode-input-background);
    color: var(--vscode-input-foreground);
    font: inherit;
    font-size: var(--vscode-font-size, 13px);
  }
  .field select {
    border-color: var(--vscode-settings-dropdownBorder, var(--vscode-dropdown-border, var(--line)));
    background: var(--vscode-dropdown-background, var(--vscode-input-background));
    color: var(--vscode-dropdown-foreground, var(--vscode-input-foreground));
  }
  .field input::placeholder {
    color: var(--vscode-input-placeholderForeground);
  }
  .field input:focus,
  .field select:focus {
    border-color: var(--vscode-focusBorder);
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  .clear {
    line-height: 26px;
  }
  .panes {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0 16px;
    min-height: 0;
  }
  .panes.with-details {
    grid-template-columns: minmax(0, 1fr) minmax(320px, 40%);
  }
  .list-pane {
    display: grid;
    grid-template-rows: auto auto minmax(0, 1fr);
    grid-template-columns: minmax(0, 1fr);
    min-height: 0;
  }
  .list-head {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    justify-content: space-between;
    gap: 2px 20px;
    padding: 2px 0 5px;
  }
  .nothing {
    padding: 6px 0;
  }
  @media (max-width: 760px) {
    .panes.with-details {
      grid-template-columns: minmax(0, 1fr);
      grid-template-rows: minmax(0, 2fr) minmax(0, 3fr);
    }
  }
  @media (max-width: 480px) {
    .audit-page {
      padding: 10px 10px 0;
    }
    .chain {
      padding: 8px 10px;
    }
    .field,
    .field-text {
      flex: 1 1 45%;
      min-width: 0;
      max-width: none;
    }
  }
  @media (max-height: 560px) {
    .audit-page {
      height: auto;
      min-height: 100vh;
    }
    .entries,
    .details-pane {
      max-height: 420px;
      min-height: 200px;
    }
  }
`;
