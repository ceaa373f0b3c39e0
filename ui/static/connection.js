// A connection that is lost is said in words of our own, on every tab. What is being answered is made and kept all the
// same: the page is opened at it again, with what was typed.
(() => {
  const QUIET = 4000; // milliseconds without a word before the server is asked whether it is there
  const PATIENCE = 5000;
  const PAUSE = 1500;
  let last = Date.now(); // when the conversation last changed
  let asked = false; // a question was sent and nothing of it has come back
  let lost = false;
  let given_up = false; // Gradio has ended its streams: only a page that is opened anew has others

  const told = Object.assign(document.createElement("p"), { id: "offline" });
  told.setAttribute("role", "status");
  document.body.append(told);
  const tell = (on) => {
    lost = on;
    told.textContent = on ? "连接断开了，正在重连。写的和答的都不会丢。" : "";
  };

  const live = () => document.querySelector("#live .turn[data-state=asked]");
  const isWord = (node) => node.nodeType === 1 && (node.matches(".turn, .notice") || node.querySelector(".turn, .notice"));
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      if (!target.closest) continue;
      const added = [...addedNodes];
      // Clocks of Gradio's own tick beside the conversation as long as it waits: they are no word from the server.
      if (target.closest("#live .turn") || (target.closest("#live, #told") && added.some(isWord))) {
        last = Date.now();
        asked = false;
      }
      const toast = added.find((node) => node.nodeType === 1 && node.textContent.includes("Connection to the server was lost"));
      if (toast) {
        toast.style.display = "none";
        given_up = true;
        tell(true);
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener("zhice-sent", () => { asked = true; last = Date.now(); });

  const look = async () => {
    const turn = live();
    if (!lost && (Date.now() - last < QUIET || !(turn || asked))) return;
    let state = null;
    try {
      const where = turn ? `/chat/turn/${turn.dataset.turn}` : "/healthz";
      const answer = await fetch(where, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (turn) ({ state } = await answer.json());
    } catch {
      tell(true);
      return;
    }
    const over = turn && live() === turn && state && state !== "asked";
    if (over || (lost && (given_up || asked))) window.location.reload();
    else if (lost) tell(false);
  };
  const again = () => look().finally(() => setTimeout(again, PAUSE));
  again();
})();

// Gradio ends its streams itself when the page is left, takes that for a lost connection, and says so in the console;
// where the page stays after all, as for a download, it would even open it anew. The browser ends them well by itself.
(() => {
  const { abort } = AbortController.prototype;
  AbortController.prototype.abort = function (...reason) {
    if (window.event?.type !== "beforeunload") abort.apply(this, reason);
  };
})();
