// The keyboard. The page says by attributes what a key means:
//   data-key="r"             this control is pressed (a field: entered) by R
//   data-go="p"              this link is followed by G, then P
//   data-rows                J and K walk the links marked data-row inside
//   data-row-key="r"         pressed by R while the focus is in its row
//   data-form, data-submit   Ctrl Enter inside the one presses the other
const typing = element => element.closest?.('input, textarea, select, [contenteditable]') !== null && element.type !== 'checkbox';
const visible = element => element.checkVisibility();
const first = selector => [...document.querySelectorAll(selector)].find(visible);
let going = 0;

function walk(step) {
  const rows = [...document.querySelectorAll('[data-rows] [data-row]')].filter(visible);
  const here = document.activeElement?.closest?.('tr')?.querySelector('[data-row]') ?? document.activeElement;
  const at = rows.indexOf(here);
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
  return next !== undefined;
}

function press(key) {
  const inRow = document.activeElement?.closest?.('tr')?.querySelector(`[data-row-key="${key}"]`);
  const control = inRow ?? first(`[data-key="${key}"]`);
  if (!control) return false;
  if (typing(control)) { control.focus(); control.select?.(); } else control.click();
  return true;
}

function go(key) {
  going = 0;
  const link = document.querySelector(`[data-go="${key}"]`);
  link?.click();
  return link !== null;
}

function single(key) {
  if (performance.now() < going) return go(key);
  if (key === 'g') { going = performance.now() + 1_500; return true; }
  if (key === 'j') return walk(1);
  if (key === 'k') return walk(-1);
  if (key === '?') { document.getElementById('keys')?.showModal(); return true; }
  return press(key);
}

document.addEventListener('keydown', event => {
  const target = event.target;
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    const submit = target.closest?.('[data-form]')?.querySelector('[data-submit]');
    if (submit) { event.preventDefault(); target.blur(); submit.click(); }
    return;
  }
  if (event.key === 'Escape' && target.matches?.('[data-key="/"]')) { target.blur(); return; }
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
  if (typing(target) || document.querySelector('dialog[open]')) return;
  if (single(event.key.toLowerCase())) event.preventDefault();
});

document.addEventListener('click', event => {
  if (event.target.closest('[data-open-keys]')) document.getElementById('keys')?.showModal();
});
