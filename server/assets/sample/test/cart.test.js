import assert from 'node:assert/strict';
import { test } from 'node:test';
import { total } from '../src/cart.js';

test('an empty cart costs nothing', () => {
  assert.equal(total({ items: [] }), 0);
});

test('a price counts as often as its quantity', () => {
  const items = [
    { name: 'tea', priceCents: 450, quantity: 3 },
    { name: 'cup', priceCents: 1200, quantity: 1 },
  ];
  assert.equal(total({ items }), 2550);
});

test('a discount is taken off the whole sum', () => {
  const items = [{ name: 'cup', priceCents: 1200, quantity: 2 }];
  assert.equal(total({ items, code: 'WELCOME' }), 2160);
});
