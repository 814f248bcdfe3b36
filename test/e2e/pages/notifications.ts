import type { Locator, Page } from 'playwright-core';

/** The messages at the lower right, and the modal dialogs. */
export interface Notifications {
  /** Waits for a message that says this. */
  shows(text: string | RegExp): Promise<Locator>;
  messages(): Promise<readonly string[]>;
  /** Presses a button of the message that says this. */
  press(text: string | RegExp, button: string | RegExp): Promise<void>;
  readonly dialog: Locator;
  /** Presses a button of the modal dialog. */
  answer(button: string | RegExp): Promise<void>;
  clear(): Promise<void>;
}

export function notifications(page: Page): Notifications {
  const toasts = page.locator('.notifications-toasts .notification-list-item');
  const toast = (text: string | RegExp): Locator => toasts.filter({ hasText: text }).first();
  const dialog = page.locator('.monaco-dialog-box');
  return {
    shows: async (text) => {
      await toast(text).waitFor();
      return toast(text);
    },
    messages: async () => await page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts(),
    press: async (text, button) => await toast(text).getByRole('button', { name: button }).first().click(),
    dialog,
    answer: async (button) => await dialog.getByRole('button', { name: button }).first().click(),
    clear: async () => {
      // Each message leaves on its own; the close buttons show only under the pointer.
      while ((await toasts.count()) > 0) {
        await toasts.first().hover();
        await toasts.first().locator('.codicon-notifications-clear').first().click();
      }
    },
  };
}
