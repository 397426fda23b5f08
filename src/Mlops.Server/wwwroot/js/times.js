// Says every <time data-time="relative|clock|elapsed"> in the browser's time zone and keeps it current. The words are those of Moments and
// Durations on the server. Only the text of the node is changed, never the node: Blazor holds on to it.
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = number => String(number).padStart(2, '0');

// A browser whose clock is off by more than this goes by the server's.
const tolerated = 5_000;
const served = Date.parse(document.documentElement.dataset.now ?? '');
const skew = Math.abs(served - Date.now()) > tolerated ? served - Date.now() : 0;
const now = () => Date.now() + skew;

const date = (at, today) => `${at.getDate()} ${months[at.getMonth()]}${at.getFullYear() === today.getFullYear() ? '' : ` ${at.getFullYear()}`}`;

function distance(seconds) {
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  if (seconds < 59.5 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 23.5 * 3600) return `${Math.round(seconds / 3600)} h`;
  if (seconds < 36 * 3600) return '1 day';
  if (seconds < 324 * 3600) return `${Math.round(seconds / 86400)} days`;
  return null;
}

function relative(at, today) {
  const seconds = (today - at) / 1000;
  if (Math.abs(seconds) < 1.5) return seconds < 0 ? 'now' : 'just now';
  const text = distance(Math.abs(seconds));
  if (text === null) return date(at, today);
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

function clock(at, today) {
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return at.toDateString() === today.toDateString() ? `${time}:${two(at.getSeconds())}` : `${date(at, today)} ${time}`;
}

function elapsed(at, today) {
  const seconds = Math.max(0, (today - at) / 1000);
  const pair = (many, unit, few, small) => few === 0 ? `${many} ${unit}` : `${many} ${unit} ${few} ${small}`;
  if (seconds < 59.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return pair(Math.floor(whole / 60), 'min', whole % 60, 's');
  if (whole < 86400) return pair(Math.floor(whole / 3600), 'h', Math.floor(whole % 3600 / 60), 'min');
  const days = Math.floor(whole / 86400);
  return pair(days, days === 1 ? 'day' : 'days', Math.floor(whole % 86400 / 3600), 'h');
}

const words = { relative, clock, elapsed };

function title(at) {
  const offset = -at.getTimezoneOffset();
  const zone = `UTC${offset < 0 ? '−' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  const local = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return offset === 0 ? `${local} UTC` : `${local} ${zone}, ${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function say(element, today) {
  const at = new Date(element.dateTime);
  const text = words[element.dataset.time]?.(at, today);
  const node = element.firstChild;
  if (text === undefined || node?.nodeType !== Node.TEXT_NODE) return;
  if (node.data !== text) node.data = text;
  const exact = title(at);
  if (element.title && element.title !== exact) element.title = exact;
}

function sayAll(selector) {
  const today = new Date(now());
  for (const element of document.querySelectorAll(selector)) say(element, today);
}

sayAll('time[data-time]');
setInterval(() => sayAll('time[data-time="relative"], time[data-time="elapsed"]'), 1_000);
new MutationObserver(() => sayAll('time[data-time]'))
  .observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['datetime'] });
