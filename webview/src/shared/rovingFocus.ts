// Long lists are one stop of the Tab key: arrows, Home and End move inside. A list is an element with `data-roving`, its
// entries carry `data-roving-item` and tabindex -1; the one that Tab reaches is kept here, not in the templates.

const list = '[data-roving]';
const entry = '[data-roving-item]';

/** Serves all such lists below an element, those that come later too. */
export function serveRovingFocus(root: HTMLElement): void {
  root.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const from = event.target instanceof Element && event.target.matches(entry) ? event.target : null;
    const entries = from === null ? [] : entriesOf(from.closest(list));
    const place = entries.findIndex((other) => other === from);
    const to = place === -1 ? undefined : entries[target(event.key, place, entries.length)];
    if (to === undefined) return;
    event.preventDefault();
    to.focus();
    to.scrollIntoView({ block: 'nearest' });
  });
  root.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement) || !target.matches(entry)) return;
    for (const other of entriesOf(target.closest(list))) other.tabIndex = other === target ? 0 : -1;
  });
}

/** Makes sure that Tab reaches each list; called after the page was drawn. */
export function mendRovingFocus(root: HTMLElement): void {
  for (const element of root.querySelectorAll(list)) {
    if (element.querySelector(`${entry}[tabindex="0"]`) !== null) continue;
    const first = element.querySelector<HTMLElement>(entry);
    if (first !== null) first.tabIndex = 0;
  }
}

function entriesOf(element: Element | null): readonly HTMLElement[] {
  return element === null ? [] : [...element.querySelectorAll<HTMLElement>(entry)];
}

function target(key: string, place: number, length: number): number {
  switch (key) {
    case 'ArrowDown':
      return Math.min(place + 1, length - 1);
    case 'ArrowUp':
      return Math.max(place - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return -1;
  }
}
