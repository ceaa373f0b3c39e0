// The library: what is looked for stands in the page's address, so that a reload, a link and "back" come back to it.
(() => {
  const KEYS = ["words", "region", "level", "issuer", "kind", "year", "status", "flag", "sort", "page"];
  const find = (id) => document.getElementById(id);
  const phone = window.matchMedia("(max-width: 760px)");
  let number = 0;
  let facetsOpen = null; // as the reader left it
  let shown = null; // the element that was filled

  const state = (search) => new URLSearchParams([...new URLSearchParams(search)].filter(([key]) => KEYS.includes(key)));

  const go = (search) => {
    const here = new URL(window.location);
    for (const key of KEYS) here.searchParams.delete(key);
    for (const [key, value] of state(search)) here.searchParams.append(key, value);
    here.searchParams.set("tab", "library");
    window.history.pushState({}, "", here);
    return load();
  };

  const keep = (body) => {
    const at = document.activeElement;
    const inside = body.contains(at) ? at : null;
    return {
      name: inside && (inside.getAttribute("name") || inside.getAttribute("aria-label") || inside.title || inside.textContent),
      more: [...body.querySelectorAll("details.more[open]")].map((one) => one.parentElement.getAttribute("aria-label")),
    };
  };

  const restore = (body, kept) => {
    for (const one of body.querySelectorAll("details.more")) {
      if (kept.more.includes(one.parentElement.getAttribute("aria-label"))) one.open = true;
    }
    const facets = body.querySelector("details.facets");
    if (facets) facets.open = facetsOpen === null ? !phone.matches : facetsOpen;
    if (!kept.name) return;
    const same = [...body.querySelectorAll("a, input, button")].find((one) =>
      [one.getAttribute("name"), one.getAttribute("aria-label"), one.title, one.textContent].includes(kept.name));
    if (same && same.type !== "hidden") same.focus({ preventScroll: true });
  };

  const load = async () => {
    const body = find("library-body");
    if (!body) return;
    shown = body;
    const mine = ++number;
    body.setAttribute("aria-busy", "true");
    let html;
    try {
      html = await (await fetch(`/library/look?${state(window.location.search)}`)).text();
    } catch {
      html = '<div class="notice problem" role="alert"><p>连不上知策。请确认程序还在运行，'
        + '<button type="button" class="small" data-again>再试一次</button></p></div>';
    }
    if (mine !== number) return; // a later request is under way
    const kept = keep(body);
    body.innerHTML = html; // escaped by the server
    restore(body, kept);
    body.removeAttribute("aria-busy");
  };
  window.zhiceLibrary = { load };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("#library a[data-look]");
    if (event.target.closest("#library [data-again]")) load();
    if (event.target.closest("#tab-library-button, [role=tab][data-tab-id=library]")) load();
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (phone.matches && link.closest(".facets")) facetsOpen = false; // on a phone what was found is below them
    go(new URL(link.href).search).then(() => {
      if ("top" in link.dataset) find("library").scrollIntoView({ block: "start" });
    });
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("#library form[data-look]");
    if (!form) return;
    event.preventDefault();
    go(new URLSearchParams(new FormData(form)).toString());
  });

  document.addEventListener("toggle", (event) => {
    if (event.target.matches && event.target.matches("#library details.facets") && event.isTrusted) {
      facetsOpen = event.target.open;
    }
  }, true);

  window.addEventListener("popstate", () => {
    const tab = new URL(window.location).searchParams.get("tab") || "ask";
    const button = document.querySelector(`[role="tab"][data-tab-id="${CSS.escape(tab)}"]`);
    if (button && button.getAttribute("aria-selected") !== "true") button.click();
    if (tab === "library") load();
  });

  // The tab's content is there only once the tab is opened.
  new MutationObserver(() => {
    const body = find("library-body");
    if (body && body !== shown && body.offsetParent !== null) load();
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["style", "class"] });
})();
