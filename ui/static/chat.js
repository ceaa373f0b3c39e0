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
