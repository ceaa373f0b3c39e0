// Brings each new turn to the reader's eyes once; while its sentences stream in, the page stays where it is.
(() => {
  let shown = "";
  const look = () => {
    const latest = document.querySelector("#live .turn, #live .notice");
    const name = latest ? latest.id || latest.textContent : "";
    if (name && name !== shown) latest.scrollIntoView({ block: "start", behavior: "smooth" });
    shown = name;
  };
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  document.documentElement.lang = "zh-CN";
})();

// Keeps the open tab in the page's address, so that a reload or a bookmark comes back to it.
document.addEventListener("click", (event) => {
  const tab = event.target.closest('[role="tab"][data-tab-id]');
  if (!tab) return;
  const here = new URL(window.location);
  here.searchParams.set("tab", tab.dataset.tabId);
  window.history.replaceState(window.history.state, "", here);
});
