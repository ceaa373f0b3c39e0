// What is typed and not sent is kept in the browser, a text for each conversation; the open one is in the address.
window.zhice = (() => {
  const open = () => new URL(window.location).searchParams.get("c") || "";
  const key = (id) => `zhice-typed-${id || "new"}`;
  const kept = (id) => window.localStorage.getItem(key(id)) || "";
  const keep = (id, text) => text ? window.localStorage.setItem(key(id), text) : window.localStorage.removeItem(key(id));
  let sending = null; // the conversation a question was sent from, until the server has taken it
  return {
    sent() { sending = open(); document.dispatchEvent(new Event("zhice-sent")); },
    changed(text) {
      if (text) return keep(open(), text);
      keep(sending === null ? open() : sending, "");
    },
    moved(id, typed) {
      const here = new URL(window.location);
      if (id) here.searchParams.set("c", id); else here.searchParams.delete("c");
      window.history.replaceState(window.history.state, "", here);
      const own = sending !== null;
      if (own) { keep(sending, ""); keep(id, typed); }
      sending = null;
      return own ? typed : kept(id);
    },
    // Another conversation is opened: what was sent before has nothing to do with it.
    left() { sending = null; },
    restore(box) {
      if (box.value || !kept(open())) return;
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, kept(open()));
      box.dispatchEvent(new Event("input", { bubbles: true }));
    },
    keep: (text) => keep(open(), text),
    // Every conversation but the one that is not begun yet, or this one.
    forget(id) {
      const all = Object.keys(window.localStorage).filter((name) => name.startsWith(key("c")));
      for (const name of id ? [key(id)] : all) window.localStorage.removeItem(name);
    },
  };
})();

// The page is drawn anew when it is opened: what was typed comes back as soon as the box is there.
(() => {
  let seen = null;
  new MutationObserver(() => {
    const box = document.querySelector("#question textarea");
    if (!box || box === seen) return;
    seen = box;
    window.zhice.restore(box);
  }).observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener("input", (event) => {
    if (event.target.closest("#question")) window.zhice.keep(event.target.value);
  });
})();

// Every button of a list or a turn but a question that is offered; before its event reaches the server.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-do]");
  if (button && button.dataset.do !== "ask") window.zhice.left();
}, true);

// What was typed in a conversation that is erased goes with it, as soon as the list no longer has it.
(() => {
  let erasing = null; // an id, "" for all
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-do=erase]");
    if (button) erasing = button.dataset.id || "";
  }, true);
  new MutationObserver(() => {
    if (erasing === null || document.querySelector(`#talks [data-id${erasing && `="${erasing}"`}]`)) return;
    window.zhice.forget(erasing);
    erasing = null;
  }).observe(document.documentElement, { childList: true, subtree: true });
})();

// Hovering or focusing [n] lights the card it stands for.
(() => {
  const card = (event) => {
    const link = event.target.closest && event.target.closest("a.cite[href^='#']");
    return link && document.getElementById(link.getAttribute("href").slice(1));
  };
  const light = (on) => (event) => { const found = card(event); if (found) found.classList.toggle("lit", on); };
  for (const name of ["mouseover", "focusin"]) document.addEventListener(name, light(true));
  for (const name of ["mouseout", "focusout"]) document.addEventListener(name, light(false));
})();

// Copies an answer with its sources, also where the page is not served from this machine itself.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: button.dataset.copy });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  const word = button.textContent;
  button.textContent = "已复制";
  setTimeout(() => { button.textContent = word === "已复制" ? "复制" : word; }, 1500);
});

// The list of conversations on a phone.
(() => {
  const chat = () => document.getElementById("chat");
  const isOpen = () => Boolean(chat()?.hasAttribute("data-drawer"));
  const set = (on) => {
    chat().toggleAttribute("data-drawer", on);
    const button = document.querySelector("button[data-drawer=open]");
    if (button) button.setAttribute("aria-expanded", String(on));
    if (on) document.querySelector("#talks .begin")?.focus(); else if (button?.offsetParent) button.focus();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-drawer]");
    if (button) set(button.dataset.drawer === "open");
    else if (isOpen()) {
      const gone = !event.target.closest("#talks") || event.target.closest("[data-do=open], [data-do=new]");
      if (gone) set(false);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen()) set(false);
  });
})();
