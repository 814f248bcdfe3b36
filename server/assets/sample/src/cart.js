import { discountFor } from './discount.js';

/** What a cart costs, in cents. */
export function total(cart) {
  let sum = 0;
  for (const item of cart.items) {
    sum += item.priceCents;
  }
  return sum - discountFor(cart.code, sum);
}
