// Arrow keys in a grid of buttons. The focus moves here, at once, so that Enter pressed right after acts on the new cell.
//   data-roving="14"   so many cells in a row; each button inside is a cell, and one of them is what Tab leads to
const gridOf = target => target.matches?.('button') ? target.closest('[data-roving]') : null;

document.addEventListener('keydown', event => {
  const grid = gridOf(event.target);
  if (!grid || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const cells = [...grid.querySelectorAll('button')];
  const at = cells.indexOf(event.target);
  const columns = Number(grid.dataset.roving);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - columns, ArrowDown: at + columns, Home: 0, End: cells.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault(); // Not scrolled as well.
  cells[to]?.focus();
});

document.addEventListener('focusin', event => {
  const grid = gridOf(event.target);
  if (!grid) return;
  for (const cell of grid.querySelectorAll('button[tabindex="0"]')) cell.tabIndex = -1;
  event.target.tabIndex = 0;
});
