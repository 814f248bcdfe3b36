import { css } from 'lit';

/** The card at the top: the verdicts and what vouches for them. */
export const chainStyles = css`
  .proofs {
    display: grid;
    grid-template-columns: repeat(4, minmax(0, 1fr));
    gap: 10px 0;
  }
  .proof {
    display: grid;
    align-content: start;
    gap: 3px;
    min-width: 0;
    padding: 2px 16px;
    border-inline-start: 1px solid var(--line);
    overflow-wrap: anywhere;
  }
  .proof:first-child {
    padding-inline-start: 0;
    border-inline-start: 0;
  }
  .proof .meaning {
    font-weight: 400;
  }
  .proof .copy {
    height: 20px;
    vertical-align: middle;
  }
  .warnings {
    display: grid;
    gap: 3px;
  }
  .warnings ul {
    display: grid;
    gap: 3px;
  }
  @media (max-width: 840px) {
    .proofs {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .proof:nth-child(odd) {
      padding-inline-start: 0;
      border-inline-start: 0;
    }
  }
  @media (max-width: 480px) {
    .proofs {
      grid-template-columns: minmax(0, 1fr);
    }
    .proof {
      padding-inline: 0;
      border-inline-start: 0;
    }
  }
`;
