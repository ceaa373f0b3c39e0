// What is typed at the desks is kept for as long as the tab of the browser is open: a reload, also one after a lost
// connection, brings it back. A suggestion that has become a draft is kept by the server, and forgotten here.
(() => {
  const PLACES = "#profile, #reply-start";
  const name = (box) => `zhice-desk-${box.closest(PLACES).id}-${box.getAttribute("aria-label") || box.closest("label")?.textContent.trim()}`;
  const isKept = (box) => box.matches?.("textarea, input[type=text]") && box.closest(PLACES) && box.getAttribute("role") !== "listbox";
  const store = window.sessionStorage;
  document.addEventListener("input", ({ target }) => {
    if (!isKept(target)) return;
    if (target.value) store.setItem(name(target), target.value); else store.removeItem(name(target));
  });
  const seen = new WeakSet();
  new MutationObserver(() => {
    if (document.querySelector("#reply-work .bench")) {
      for (const key of Object.keys(store)) if (key.startsWith("zhice-desk-reply-start")) store.removeItem(key);
    }
    for (const box of document.querySelectorAll("#profile textarea, #profile input[type=text], #reply-start textarea")) {
      if (seen.has(box)) continue;
      seen.add(box);
      const kept = isKept(box) && store.getItem(name(box));
      if (!kept || box.value) continue;
      const kind = box instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
      Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(box, kept);
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
