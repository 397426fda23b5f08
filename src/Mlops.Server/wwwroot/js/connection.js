// Says whether changes arrive. Blazor raises the event on the element with this id and counts down inside it.
const two = number => String(number).padStart(2, '0');
const notice = document.getElementById('components-reconnect-modal');
let since = null;

function show() {
  const label = document.querySelector('[data-live-text]');
  document.documentElement.toggleAttribute('data-offline', since !== null);
  if (label) label.textContent = since === null ? 'Live' : `Since ${since}`;
  for (const element of notice.querySelectorAll('[data-since]')) element.textContent = since ?? '';
  notice.hidden = since === null;
}

async function tryNow() {
  try {
    if (!await Blazor.reconnect() && !await Blazor.resumeCircuit()) location.reload();
  } catch {
    // The server is still away: Blazor keeps trying, and the button stays.
  }
}

notice.addEventListener('components-reconnect-state-changed', event => {
  const { state } = event.detail;
  if (state === 'hide') since = null;
  if (state === 'rejected') location.reload();
  if (state === 'show' && since === null) {
    const now = new Date();
    since = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  }
  notice.dataset.state = state;
  show();
});

notice.querySelector('[data-try-now]').addEventListener('click', tryNow);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && notice.dataset.state === 'failed') tryNow();
});
