// Keeps what is shown in the address without asking the server for the page again.
export function replace(address) {
  history.replaceState(history.state, '', address);
}

export async function copy(text) {
  await navigator.clipboard.writeText(text);
}

// Sets values of the query and takes those away that are null or empty; the rest of the address stays.
export function setQuery(values) {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === '') url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  history.replaceState(history.state, '', url);
}
