// Focus goes into a panel and comes back to where it was.
let before = null;

export function take(panel) {
  before = document.activeElement;
  const field = panel.querySelector('.side-panel__body :is(input, select, textarea, [role="switch"])') ?? panel;
  field?.focus();
  field?.select?.();
}

export function giveBack() {
  if (before?.isConnected) before.focus();
  before = null;
}
