// Keeps what is done on a page before its live connection is up, and does it once it is. The live page replaces the painted one: a control that
// needs the connection has data-early="name" in the painted page and data-live="name" in the live one. Loaded before the body is painted.
(() => {
  const patience = 30_000;
  const inputs = 'input, select, textarea';
  let waiting = [];

  const nameOf = element => element.dataset.early;
  const live = name => document.querySelector(`[data-live="${CSS.escape(name)}"]`);

  // What waits is of this page only, and not for ever: nobody wants a run to start by a click of minutes ago.
  const isDue = one => one.path === location.pathname && performance.now() < one.until;

  function wait(kind, name, act) {
    waiting = waiting.filter(one => one.kind !== kind || one.name !== name);
    waiting.push({ kind, name, act, path: location.pathname, until: performance.now() + patience });
    observer.observe(document.documentElement, { childList: true, subtree: true });
  }

  function flush() {
    const now = waiting.filter(isDue);
    waiting = [];
    for (const one of now) {
      const control = live(one.name);
      if (control) one.act(control);
      else waiting.push(one);
    }
    if (waiting.length === 0) observer.disconnect();
  }

  // After the batch that brought the live control, in which Blazor listens to no events.
  const observer = new MutationObserver(() => setTimeout(flush));

  document.addEventListener('click', event => {
    const control = event.target.closest?.('[data-early]');
    if (!control || control.matches(inputs) || control.ariaDisabled === 'true') return;
    control.ariaBusy = 'true';
    wait('click', nameOf(control), found => found.click());
    setTimeout(() => { control.ariaBusy = null; }, patience);
  }, true);

  for (const kind of ['input', 'change']) {
    document.addEventListener(kind, event => {
      const field = event.target;
      if (!field.matches?.(`[data-early]:is(${inputs})`)) return;
      const { value } = field;
      wait(kind, nameOf(field), found => {
        found.value = value;
        found.dispatchEvent(new Event(kind, { bubbles: true }));
      });
    }, true);
  }

  document.addEventListener('focusin', event => {
    waiting = waiting.filter(one => one.kind !== 'focus');
    if (!event.target.matches?.('[data-early]')) return;
    const field = event.target;
    wait('focus', nameOf(field), found => {
      if (document.activeElement !== document.body) return;
      found.focus();
      if (field.matches('input[type="search"], input[type="text"], textarea')) found.setSelectionRange(field.selectionStart, field.selectionEnd);
    });
  });
})();
