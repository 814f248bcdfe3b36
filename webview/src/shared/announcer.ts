export interface Announcer {
  /** Says it when the reader of the screen pauses. */
  readonly politely: (text: string) => void;
  /** Interrupts: only for what waits for a person. */
  readonly now: (text: string) => void;
}

/** Two live regions beside the page. They are there, empty, from the beginning: a region that comes with its text is not read. */
export function openAnnouncer(): Announcer {
  const polite = region('polite');
  const assertive = region('assertive');
  return {
    politely: (text) => say(polite, text),
    now: (text) => say(assertive, text),
  };
}

function region(politeness: 'polite' | 'assertive'): HTMLElement {
  const element = document.createElement('div');
  element.className = 'unseen';
  element.setAttribute('role', politeness === 'polite' ? 'status' : 'alert');
  element.setAttribute('aria-live', politeness);
  document.body.append(element);
  return element;
}

/** Each sentence is an element of its own, so that the same words said twice are heard twice; old ones go. */
function say(element: HTMLElement, text: string): void {
  const sentence = document.createElement('p');
  sentence.textContent = text;
  element.append(sentence);
  while (element.childElementCount > 5) element.firstElementChild?.remove();
}
