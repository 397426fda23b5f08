// The choice is kept in a cookie, so that the server renders the next page in it at once.
const root = document.documentElement;

document.addEventListener('click', event => {
  const button = event.target.closest('[data-theme-toggle]');
  if (!button) return;
  const theme = root.dataset.theme === 'light' ? 'dark' : 'light';
  root.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
  button.setAttribute('aria-label', `Change to the ${theme === 'light' ? 'dark' : 'light'} theme`);
});
