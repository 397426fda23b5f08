// Zoom, pan and arrow keys of BlockGraphView. The markup stays the server's; only zoom, scroll position and focus live here.
const least = 0.05, most = 2;

export function attach(frame, component) {
  if (!frame) return null; // Another page took its place before this was asked for.
  const graph = frame.querySelector(".graph");
  const zoomed = frame.querySelector(".block-graph__zoom");
  const label = frame.querySelector('[data-graph="zoom"]');
  const abort = new AbortController();
  const options = { signal: abort.signal };
  let zoom = 1;

  function setZoom(next, x, y) {
    next = Math.min(most, Math.max(least, next));
    x ??= graph.clientWidth / 2;
    y ??= graph.clientHeight / 2;
    const ratio = next / zoom;
    const left = (graph.scrollLeft + x) * ratio - x, top = (graph.scrollTop + y) * ratio - y;
    zoom = next;
    zoomed.style.zoom = next;
    label.textContent = `${Math.round(next * 100)} %`;
    graph.scrollTo(left, top);
  }

  function fit() {
    const style = getComputedStyle(graph);
    const width = graph.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const height = graph.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    const canvas = zoomed.firstElementChild;
    setZoom(Math.min(1, width / canvas.offsetWidth, Math.max(height, 96) / canvas.offsetHeight));
  }

  const actions = { in: () => setZoom(zoom * 1.25), out: () => setZoom(zoom / 1.25), fit };
  frame.addEventListener("click", event => {
    const button = event.target.closest("[data-graph]");
    if (button) actions[button.dataset.graph]?.();
    // A node opened in its own tab is the browser's affair, not a choice on this page.
    if ((event.ctrlKey || event.metaKey || event.shiftKey) && event.target.closest(".graph-node")) event.stopImmediatePropagation();
  }, { ...options, capture: true });

  graph.addEventListener("wheel", event => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = graph.getBoundingClientRect();
    setZoom(zoom * Math.exp(-event.deltaY / 400), event.clientX - box.left, event.clientY - box.top);
  }, { ...options, passive: false });

  let pan = null;
  graph.addEventListener("pointerdown", event => {
    if (event.button !== 0 || event.pointerType !== "mouse" || event.target.closest(".graph-node")) return;
    pan = { x: event.clientX + graph.scrollLeft, y: event.clientY + graph.scrollTop };
    graph.setPointerCapture(event.pointerId);
    graph.classList.add("is-panned");
  }, options);
  graph.addEventListener("pointermove", event => {
    if (pan) graph.scrollTo(pan.x - event.clientX, pan.y - event.clientY);
  }, options);
  for (const end of ["pointerup", "pointercancel"]) {
    graph.addEventListener(end, () => { pan = null; graph.classList.remove("is-panned"); }, options);
  }

  graph.addEventListener("keydown", event => {
    const to = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" }[event.key];
    const node = event.target.closest(".graph-node");
    if (!to || !node || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = find(node.dataset[to]);
    if (!next) return;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, options);

  const find = uuid => uuid ? graph.querySelector(`.graph-node[data-uuid="${CSS.escape(uuid)}"]`) : null;

  function centre() {
    const node = find(frame.dataset.focus);
    if (!node) return;
    graph.scrollTo(node.offsetLeft * zoom + node.offsetWidth / 2 - graph.clientWidth / 2, node.offsetTop * zoom + node.offsetHeight / 2 - graph.clientHeight / 2);
  }

  let width = 0;
  const observer = new ResizeObserver(() => {
    const style = getComputedStyle(graph);
    const now = graph.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    if (Math.abs(now - width) < 8) return;
    width = now;
    component.invokeMethodAsync("SetFrameWidth", now).then(centre, () => observer.disconnect());
  });
  observer.observe(graph);
  centre();

  return { dispose() { abort.abort(); observer.disconnect(); } };
}
