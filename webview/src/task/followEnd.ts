/** How near to the end the person has to be for the page to follow it, in pixels. */
const nearPx = 48;

/** Draws; afterwards the page is where it was, or at its new end if it was at its end before. */
export function drawInPlace(draw: () => void): void {
  const { scrollHeight, clientHeight, scrollTop } = document.documentElement;
  const isScrollable = scrollHeight > clientHeight + nearPx;
  const wasAtEnd = isScrollable && scrollTop + clientHeight >= scrollHeight - nearPx;
  draw();
  if (wasAtEnd) document.documentElement.scrollTop = document.documentElement.scrollHeight;
}
