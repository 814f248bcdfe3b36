import { css } from 'lit';

/** Approvals, and whatever shows an action in full. */
export const approvalStyles = css`
  .approvals-bar {
    position: sticky;
    z-index: 2;
    inset-block-start: 0;
    margin-bottom: calc(var(--gap) * -0.8);
    padding: 6px 0;
    border-bottom: 1px solid var(--line);
    background: var(--vscode-editor-background);
  }
  .approval {
    gap: 10px;
  }
  .countdown {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .why,
  .answer,
  .rules {
    display: grid;
    gap: 4px;
    overflow-wrap: anywhere;
  }
  .answer {
    gap: 8px;
    padding-top: 4px;
  }
  .rules {
    padding-inline-start: 14px;
    list-style: disc;
  }
  .message {
    display: grid;
    gap: 3px;
    max-width: 560px;
  }
  input[type='text'] {
    width: 100%;
    padding: 3px 6px;
    border: 1px solid var(--vscode-settings-textInputBorder, var(--vscode-input-border, var(--line)));
    border-radius: 4px;
    background: var(--vscode-input-background);
    color: var(--vscode-input-foreground);
    font: inherit;
  }
  input[type='text']::placeholder {
    color: var(--vscode-input-placeholderForeground);
  }
  input[type='text']:focus {
    border-color: var(--vscode-focusBorder);
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  .diff {
    padding: 4px 0;
  }
  .diff-line {
    display: grid;
    grid-template-columns: 24px minmax(0, 1fr);
    border-inline-start: 3px solid transparent;
  }
  .diff-line.new {
    border-inline-start-color: var(--vscode-diffEditor-insertedTextBorder, transparent);
    background: var(--vscode-diffEditor-insertedTextBackground, transparent);
  }
  .diff-line.old {
    border-inline-start-color: var(--vscode-diffEditor-removedTextBorder, transparent);
    background: var(--vscode-diffEditor-removedTextBackground, transparent);
  }
  .sign {
    text-align: center;
    user-select: none;
  }
  .diff-text {
    min-height: 1.45em;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }
  @media (max-width: 480px) {
    .answer vscode-button {
      flex: 1 1 auto;
    }
  }
`;
