// The dialog of CommandPalette: opened by Ctrl K or a button, walked with the arrow keys. The field keeps the focus; the chosen item is marked.
const dialog = document.getElementById('palette');
const field = () => dialog.querySelector('[role="combobox"]');
const items = () => [...dialog.querySelectorAll('[role="option"]')];
const chosen = () => dialog.querySelector('[role="option"][aria-selected="true"]');

function choose(item) {
  for (const one of items()) one.ariaSelected = String(one === item);
  if (item) field()?.setAttribute('aria-activedescendant', item.id);
  else field()?.removeAttribute('aria-activedescendant');
  item?.scrollIntoView({ block: 'nearest' });
}

function open() {
  if (dialog.open) return;
  dialog.showModal();
  field()?.focus();
  field()?.select();
  choose(items()[0]);
}

// New results: the first is the one that Enter opens.
new MutationObserver(() => { if (!chosen()) choose(items()[0]); }).observe(dialog, { childList: true, subtree: true });

dialog.addEventListener('input', () => choose(null));
dialog.addEventListener('keydown', event => {
  const all = items();
  const at = all.indexOf(chosen());
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1 };
  if (event.key in steps && all.length > 0) choose(all[(steps[event.key] + all.length) % all.length]);
  else if (event.key === 'Enter' && chosen() && (event.ctrlKey || event.metaKey)) window.open(chosen().href, '_blank', 'noopener');
  else if (event.key === 'Enter' && chosen()) chosen().click();
  else return;
  event.preventDefault();
  event.stopPropagation();
});

document.addEventListener('click', event => {
  if (event.target.closest('[data-open-palette]')) open();
  // Before the link is followed: the next page is merged into this one, dialog and all.
  else if (event.target === dialog || (event.target.closest('#palette a') && !event.ctrlKey && !event.metaKey)) dialog.close();
}, true);

document.addEventListener('keydown', event => {
  if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  if (!document.querySelector('dialog[open]:not(#palette)')) open();
});
