import { nothing, type ElementPart } from 'lit';
import { directive, Directive, type PartInfo, PartType } from 'lit/directive.js';

interface Place {
  readonly top?: number;
  readonly height: number;
}

/** Lit's own styleMap writes a style attribute first, which the content security policy of pages refuses. */
class Placed extends Directive {
  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new TypeError('placed belongs to an element');
  }

  override render(_place: Place): typeof nothing {
    return nothing;
  }

  override update({ element }: ElementPart, [{ top, height }]: [Place]): typeof nothing {
    if (element instanceof HTMLElement) {
      element.style.height = `${height}px`;
      if (top !== undefined) element.style.transform = `translateY(${top}px)`;
    }
    return nothing;
  }
}

/** Puts an element at a height in pixels, through the object model. */
export const placed = directive(Placed);
