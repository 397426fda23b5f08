export function open(dialog) {
  dialog?.showModal(); // It may be gone with its page by now.
}

export function close(dialog) {
  dialog?.close();
}
