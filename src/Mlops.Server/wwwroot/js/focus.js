// Focus goes into a panel and comes back to where it was.
let before = null;

export function take(panel) {
  if (!panel) return; // It was closed before this was asked for.
  // This may come late. Whoever types in the panel by then must not have the rest of the words land in another field.
  if (panel.contains(document.activeElement)) return;
  before = document.activeElement;
  const field = panel.querySelector('.side-panel__body :is(input, select, textarea, [role="switch"])') ?? panel;
  field?.focus();
  field?.select?.();
}

export function giveBack() {
  if (before?.isConnected) before.focus();
  before = null;
}
