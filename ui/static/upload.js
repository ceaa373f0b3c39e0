// Uploads, replacing, removing and undoing in the library. The server escapes every piece of HTML that it sends.
(() => {
  const find = (id) => document.getElementById(id);
  const MARK = { "X-Zhice": "page" };
  const LOST = '<p class="why">连不上知策。请确认程序还在运行，再传一次。</p>';
  const waiting = [];
  let sending = false;

  const post = async (path) => {
    try {
      const answer = await fetch(path, { method: "POST", headers: MARK });
      return { ok: answer.ok, ...(await answer.json()) };
    } catch {
      return { ok: false, html: `<div class="notice problem" role="alert">${LOST}</div>` };
    }
  };

  const begin = (file) => {
    const item = document.createElement("li");
    item.className = "upload";
    item.append(Object.assign(document.createElement("p"), { className: "upload-head" }));
    item.firstChild.append(Object.assign(document.createElement("b"), { textContent: file.name }), " ",
      Object.assign(document.createElement("span"), { className: "hint", textContent: "等待上传" }));
    find("library-uploads").prepend(item);
    waiting.push({ file, item });
    next();
  };

  const refuse = (item, text) => {
    item.querySelector(".hint").textContent = "没有上传";
    item.append(Object.assign(document.createElement("p"), { className: "why", textContent: text }));
  };

  const next = () => {
    if (sending || !waiting.length) return;
    const { file, item } = waiting.shift();
    const most = Number(find("library-uploads").dataset.max);
    if (file.size > most * 1e6) {
      refuse(item, `文件有 ${Math.ceil(file.size / 1e6)} MB，超过 ${most} MB。请拆分后再传。`);
      next();
      return;
    }
    sending = true;
    const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
    bar.setAttribute("aria-label", `上传 ${file.name}`);
    item.append(bar);
    item.querySelector(".hint").textContent = "正在上传";
    const request = new XMLHttpRequest();
    request.upload.onprogress = (event) => {
      bar.value = event.loaded / event.total;
      item.querySelector(".hint").textContent = `正在上传 ${Math.round(100 * bar.value)}%`;
    };
    request.onload = () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* told below */ }
      bar.remove();
      if (answer.token) show(item, answer); else refuse(item, answer.why || "服务器没有收下这个文件。");
    };
    request.onerror = () => { bar.remove(); refuse(item, "连不上知策，没有传完。请确认程序还在运行，再传一次。"); };
    request.onloadend = () => { sending = false; next(); };
    request.open("POST", "/library/uploads");
    request.setRequestHeader("X-Zhice", "page");
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name.toWellFormed ? file.name.toWellFormed() : file.name));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.send(file);
  };

  const show = (item, answer) => {
    item.dataset.token = answer.token || item.dataset.token;
    item.innerHTML = answer.html;
    if (answer.stage && !answer.settled) {
      setTimeout(() => poll(item), 400);
    } else if (answer.stage) {
      window.zhiceLibrary.load();
      undoable();
    }
  };

  const poll = async (item) => {
    try {
      const answer = await (await fetch(`/library/uploads/${item.dataset.token}`)).json();
      show(item, answer);
    } catch {
      setTimeout(() => poll(item), 2000); // the server may be about to be there again
    }
  };

  const tell = (html) => { find("library-told").innerHTML = html; };
  const removed = (answer) => { if (answer.removed !== undefined) find("library-removed").innerHTML = answer.removed; };

  const undoable = async () => {
    try { removed(await (await fetch("/library/removed")).json()); } catch { /* told by the list itself */ }
  };

  const told = (text, token) => {
    tell("");
    const line = Object.assign(document.createElement("div"), { className: "toast" });
    line.append(Object.assign(document.createElement("span"), { textContent: text }));
    if (token) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "small", textContent: "撤销" });
      button.dataset.undo = token;
      line.append(" ", button);
    }
    find("library-told").append(line);
  };

  const ask = (button) => {
    const row = button.closest(".row");
    if (row.querySelector(".sure")) return;
    const box = Object.assign(document.createElement("div"), { className: "sure" });
    box.setAttribute("role", "alertdialog");
    box.setAttribute("aria-label", "确认移除");
    box.append(Object.assign(document.createElement("p"), {
      textContent: "移除后，问答和政策库都不再用这份文件；文件夹里的原件不动，上传的原件一并收起。一个月内可以撤销。",
    }));
    const yes = Object.assign(document.createElement("button"), { type: "button", className: "small danger", textContent: "确认移除" });
    const no = Object.assign(document.createElement("button"), { type: "button", className: "small quiet", textContent: "取消" });
    yes.dataset.sure = button.dataset.remove;
    no.dataset.cancel = "";
    box.append(yes, " ", no);
    row.append(box);
    no.focus();
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("#library button");
    if (!button) return;
    const { remove, sure, undo, confirm, drop } = button.dataset;
    if (remove !== undefined) ask(button);
    if ("cancel" in button.dataset) {
      const row = button.closest(".row");
      button.closest(".sure").remove();
      row.querySelector(".remove").focus();
    }
    if (sure !== undefined || undo !== undefined) {
      button.disabled = true;
      const answer = await post(sure !== undefined ? `/library/remove/${encodeURIComponent(sure)}` : `/library/undo/${undo}`);
      removed(answer);
      if (!answer.ok) { tell(answer.html); button.disabled = false; return; }
      told(sure !== undefined ? `已移除《${answer.title}》。` : `已恢复《${answer.title}》。`, sure !== undefined ? answer.token : "");
      await window.zhiceLibrary.load();
    }
    if (confirm !== undefined || drop !== undefined) {
      const item = button.closest(".upload");
      button.disabled = true;
      const answer = await post(`/library/uploads/${confirm || drop}/${confirm ? "confirm" : "drop"}`);
      if (answer.stage) show(item, answer); else { item.insertAdjacentHTML("beforeend", answer.html); button.disabled = false; }
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.id !== "library-files") return;
    [...event.target.files].forEach(begin);
    event.target.value = "";
  });

  const zone = (event) => event.target.closest && event.target.closest(".library");
  document.addEventListener("dragover", (event) => {
    if (!zone(event) || ![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    zone(event).classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    const library = zone(event);
    if (library && !library.contains(event.relatedTarget)) library.classList.remove("dropping");
  });
  document.addEventListener("drop", (event) => {
    if (!zone(event)) return;
    event.preventDefault();
    zone(event).classList.remove("dropping");
    [...event.dataTransfer.files].forEach(begin);
  });

  // Uploads under way and what can still be undone, once the tab is there.
  let known = null;
  new MutationObserver(async () => {
    const place = find("library-removed");
    if (!place || place === known) return;
    known = place;
    try {
      for (const answer of (await (await fetch("/library/uploads")).json()).uploads) {
        if (find("library-uploads").querySelector(`[data-token="${answer.token}"]`)) continue;
        const item = Object.assign(document.createElement("li"), { className: "upload" });
        find("library-uploads").append(item);
        show(item, answer);
      }
    } catch { /* told by the list itself */ }
    undoable();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
