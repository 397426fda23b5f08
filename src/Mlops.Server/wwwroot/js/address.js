// Keeps what is shown in the address without asking the server for the page again.
export function replace(address) {
  history.replaceState(history.state, '', address);
}

export async function copy(text) {
  await navigator.clipboard.writeText(text);
}
