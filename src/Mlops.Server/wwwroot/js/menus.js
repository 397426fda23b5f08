// Native popovers with role menu or listbox: placed at their button, walked with the arrow keys, closed by choosing.
const items = menu => [...menu.querySelectorAll('[role="menuitem"], [role="option"]')];
const opener = menu => document.querySelector(`[popovertarget="${menu.id}"]`);

function place(menu, button) {
  const at = button.getBoundingClientRect();
  const gap = 4;
  const right = at.left + menu.offsetWidth > innerWidth - 8;
  const above = at.bottom + gap + menu.offsetHeight > innerHeight - 8 && at.top > menu.offsetHeight + gap;
  menu.style.left = `${Math.max(8, right ? at.right - menu.offsetWidth : at.left)}px`;
  menu.style.top = `${above ? at.top - menu.offsetHeight - gap : at.bottom + gap}px`;
}

document.addEventListener('toggle', event => {
  const menu = event.target;
  if (!(menu instanceof HTMLElement) || !menu.matches('[popover]')) return;
  const button = opener(menu);
  button?.setAttribute('aria-expanded', String(event.newState === 'open'));
  if (event.newState !== 'open' || !button || !menu.matches('.menu')) return;
  place(menu, button);
  (menu.querySelector('[aria-selected="true"]') ?? items(menu)[0])?.focus();
}, true);

document.addEventListener('keydown', event => {
  const menu = event.target.closest?.('.menu[popover]');
  if (!menu) return;
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
  const typed = event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key in steps) {
    all[(steps[event.key] + all.length) % all.length]?.focus();
  } else if (event.key === 'Tab') {
    menu.hidePopover();
    return;
  } else if (typed) {
    const starts = item => item.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase());
    [...all.slice(at + 1), ...all.slice(0, at + 1)].find(starts)?.focus();
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
});

document.addEventListener('click', event => {
  if (event.target.closest('[popover] a, .menu[popover] button')) event.target.closest('[popover]').hidePopover();
});

// A menu hangs at its button: when the page moves under it, it goes.
addEventListener('scroll', event => {
  for (const menu of document.querySelectorAll('.menu:popover-open')) if (!menu.contains(event.target)) menu.hidePopover();
}, true);
