export function open(dialog) {
  dialog.showModal();
}

export function close(dialog) {
  dialog.close();
}
