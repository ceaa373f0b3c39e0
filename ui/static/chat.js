// Brings each new turn to the reader's eyes, and once more when its answer is whole, for then there is room to scroll;
// while its sentences stream in, and after the reader has moved, the page stays where it is.
(() => {
  let shown = "";
  let moved = false;
  const look = () => {
    const latest = document.querySelector("#live .turn");
    const name = latest ? `${latest.dataset.turn} ${latest.dataset.state !== "asked"}` : "";
    if (name === shown) return;
    const anew = name.split(" ")[0] !== shown.split(" ")[0];
    shown = name;
    if (anew) moved = false;
    if (name && !moved) latest.scrollIntoView({ block: "start", behavior: "smooth" });
  };
  for (const sign of ["wheel", "touchmove", "keydown"]) document.addEventListener(sign, () => { moved = true; }, { passive: true });
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

// A file over the limit is not sent: the server would refuse it, in its own words.
document.addEventListener("change", (event) => {
  const told = document.getElementById("too-large");
  if (!told || event.target.type !== "file") return;
  const large = [...event.target.files].find((file) => file.size > Number(told.dataset.bytes));
  told.hidden = !large;
  if (!large) return;
  told.querySelector("b").textContent = Math.ceil(large.size / 1e6);
  event.target.value = "";
  event.stopImmediatePropagation();
}, true);

// On a phone the answer of a desk is below what was asked: bring it to the reader's eyes when it is new.
(() => {
  let shown = null;
  new MutationObserver(() => {
    const found = document.querySelector("#support-results .told, #reply-work .bench");
    if (found && found !== shown && found.getBoundingClientRect().top > window.innerHeight) {
      found.scrollIntoView({ block: "start", behavior: "smooth" });
    }
    shown = found;
  }).observe(document.documentElement, { childList: true, subtree: true });
})();

// The page's base address has no query: left alone, a link to a part of the page would load the page anew.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  window.location.hash = link.getAttribute("href");
});
