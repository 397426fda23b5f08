// Scrolling of LogView: the end is kept in sight while the log is followed, and a person who scrolls up is left alone.
export function attach(log, component) {
  if (!log) return null; // Another page took its place before this was asked for.
  const abort = new AbortController();
  let last = log.scrollTop, pinned = false;

  const fromEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight;

  log.addEventListener("scroll", () => {
    if (pinned && log.scrollTop < last - 2 && fromEnd() > 24) {
      pinned = false;
      component.invokeMethodAsync("StopFollowing");
    }
    last = log.scrollTop;
  }, { signal: abort.signal, passive: true });

  function scrollToEnd() {
    pinned = true;
    log.scrollTop = log.scrollHeight;
    last = log.scrollTop;
    // The lines at the end are drawn a moment later and may be higher than guessed.
    setTimeout(() => { if (pinned) { log.scrollTop = log.scrollHeight; last = log.scrollTop; } }, 120);
  }

  // Lines out of sight are not there: go where the line should be, look which lines came, correct.
  function showLine(number, tries = 40) {
    pinned = false;
    const line = log.querySelector(`[data-number="${number}"]`);
    if (line) {
      log.scrollTop += line.getBoundingClientRect().top - log.getBoundingClientRect().top - log.clientHeight / 2;
      return;
    }
    if (tries === 0) return;
    const drawn = [...log.querySelectorAll("[data-number]")];
    if (drawn.length > 0) {
      const middle = drawn[drawn.length >> 1];
      const height = drawn.reduce((sum, row) => sum + row.offsetHeight, 0) / drawn.length;
      const top = middle.getBoundingClientRect().top - log.getBoundingClientRect().top + log.scrollTop;
      log.scrollTop = top + (number - Number(middle.dataset.number)) * height;
    }
    setTimeout(() => showLine(number, tries - 1), 50);
  }

  return { scrollToEnd, showLine, dispose: () => abort.abort() };
}

export const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";
